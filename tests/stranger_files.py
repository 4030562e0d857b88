# ruff: noqa: E501
"""The room that strangers' calls are made in: files of every right and wrong kind, and mutants.

Everything here is the same each time: what a call meets hangs on the call's number alone.
"""

import gzip
import hashlib
import json
import os
import random
import re
import shutil
import struct
from pathlib import Path

ENDINGS = [".csv", ".parquet", ".jsonl", ".toml", ".safetensors", ".py", ".ipynb", ".npz", ".gz",
           ".md", ".html", ".svg", ".png", ".xlsx", ".onnx", ".txt", ""]  # fmt: skip
ODD_NUMBERS = [b"0", b"1", b"-1", b"2", b"3", b"7", b"1000000000", b"99999999999999999999", b"0.5", b"-0.0", b"1e300", b"1e400", b"NaN", b"null"]  # fmt: skip
SEAL = b'{"__metadata__":{"sha256":"'  # at byte 8; then the digest's 64 digits
BUILT_IN = ["moons", "xor", "iris", "example", "and"]
ODD_CELLS = [b"", b"nan", b"-inf", b"1e400", b"-1", b"0", b"99999999999999999999", b"x", b"null", b"[]", b"{}",
             b"true", b'"', b"\xff", b"\x1b[2J", b"9" * 400, "\u202e".encode(), b"1.5", b",", b"\n"]  # fmt: skip


def table(rows=40) -> str:
    drawn = random.Random(3)
    lines = [f"{drawn.random():.3f},{drawn.choice('ab')},{i % 2}" for i in range(rows)]
    return "\n".join(["x0,x1,y", *lines]) + "\n"


def contents(model: bytes) -> dict[str, bytes]:
    """A file's kind to what is in it: wrong ones, and right ones in other dress."""
    csv = table()
    quoted = 'a,b,y\n"one\ntwo",2,0\n' + "3,4,1\n" * 20
    notebook = {"cells": [{"cell_type": "code", "source": "x = 1"}]}
    return {
        "empty": b"", "blank": b"\n\n  \n", "nul": b"\0" * 1000, "binary": bytes(range(256)) * 50,
        "mark": b"\xef\xbb\xbf" + csv.encode(), "utf16": csv.encode("utf-16"),
        "cr": csv.replace("\n", "\r").encode(), "crlf": csv.replace("\n", "\r\n").encode(),
        "blank first": b"\n\n" + csv.encode(), "blank after": csv.encode() + b"\n\n\n",
        "blank between": csv.replace("\n", "\n\n", 1).encode(), "latin": b"x0,y\n\xe9,1\n\xe8,0\n" * 9,
        "header": b"x0,x1,y\n", "one row": b"x0,x1,y\n1,a,0\n", "one column": b"y\n1\n0\n1\n",
        "no column": b"\n\n\n\n1\n", "ragged": csv.encode() + b"1,2\n", "quoted": quoted.encode(),
        "open quote": csv.encode() + b'"never closed,', "long line": b"a," * 500_000 + b"\n",
        "long cell": b"x0,y\n" + b"9" * 1_000_000 + b",1\n1,0\n", "names": b"a," * 3000 + b"y\n",
        "same names": b",".join([b"a"] * 2000) + b"\n" + b",".join([b"1"] * 2000) + b"\n",
        "nulls": b"x0,y\n1\x00,0\n2,1\n", "surrogates": b"x0,y\n\xed\xa0\x80,0\n2,1\n",
        "json": b"{}", "jsonl": b'{"x0":1,"y":0}\n{"x0":2,"y":1}\n' * 20, "cut jsonl": b'{"x0":1,"y":0}\n{"x0":',
        "nested json": b"[" * 100_000, "nested object": b'{"a":' * 50_000, "nested cells": b'{"cells":' + b"[" * 100_000,
        "notebook": json.dumps(notebook).encode(), "odd notebook": b'{"cells":[{"cell_type":"code","source":7}]}',
        "nested toml": b"weights = " + b"[" * 20_000, "toml": b"weights = [[[1.0]]]\nbiases = [[0]]\ninputs = [1]\ntargets = [0]\n",
        "marked toml": b"\xef\xbb\xbfweights = [[[1.0]]]\nbiases = [[0]]\ninputs = [1]\ntargets = [0]\n",
        "odd toml": b"weights = " + b"9" * 5000 + b"\n", "nan toml": b"weights = [[[nan]]]\nbiases = [[0]]\ninputs = [inf]\ntargets = [0]\n",
        "ragged toml": b"weights = [[[1.0],[1,2]]]\nbiases = [[0]]\ninputs = [1]\ntargets = [0]\n",
        "script": b"import numpy as np\nW1 = np.ones((2, 2))\nprint(W1)\n", "odd script": b"def f(:\n", "deep script": b"x = " + b"(" * 5000,
        "exit": b"raise SystemExit(7)\n", "notes": b"# My notes\n\n- z1[0] = 3\n",
        "cut model": model[: len(model) // 2], "head": model[:20], "long head": struct.pack("<Q", 2**62) + b"{",
        "spoilt": model[:200] + b"\xff" + model[201:], "parquet": b"PAR1" + b"\0" * 100 + b"PAR1",
        "gz": gzip.compress(csv.encode()), "zip": b"PK\x03\x04" + b"\0" * 100, "npy": b"\x93NUMPY\x01\x00v\x00{",
        "idx": struct.pack(">HBBIII", 0, 8, 3, 2, 2, 2) + b"\0" * 8,
    }  # fmt: skip


def furnish(folder: Path) -> list[str]:
    """Adds files, folders, pipes and devices to a folder of right ones; names for each, and for none."""
    names = sorted(each.name for each in folder.iterdir())
    for number, (kind, content) in enumerate(
        contents((folder / "model.safetensors").read_bytes()).items()
    ):
        right = "." + kind.split()[-1]
        fitting = right if right in ENDINGS else ENDINGS[number % len(ENDINGS)]
        for ending in dict.fromkeys((fitting, ENDINGS[(number * 7) % len(ENDINGS)])):
            name = f"{kind.replace(' ', '_')}{ending}"
            assert not (folder / name).exists(), name
            (folder / name).write_bytes(content)
            names.append(name)
    odd = os.fsdecode(b"odd\xff.csv")
    for name in ("p[1].csv", "p*.csv", "p?.csv", "{p}.csv", "~", "naïve ✓.csv", "-.csv", "a\nb.csv", odd):  # fmt: skip
        (folder / name).write_text(table())
        names.append(name)
    for name in ("folder.csv", "empty folder", "idx", "spoilt run"):
        (folder / name).mkdir()
    with gzip.open(folder / "idx" / "train-images-idx3-ubyte.gz", "wb", compresslevel=1) as file:
        file.write(struct.pack(">HBBIII", 0, 8, 3, 1 << 20, 32, 32))
        for _ in range(1 << 10):
            file.write(bytes(1 << 20))
    with gzip.open(folder / "idx" / "train-labels-idx1-ubyte.gz", "wb") as file:
        file.write(struct.pack(">HBBI", 0, 8, 1, 1 << 20) + bytes(1 << 20))
    (folder / "spoilt run" / "run.json").write_bytes(b"{}")
    os.mkfifo(folder / "fifo.csv")
    for name, to in (("zero.csv", "/dev/zero"), ("null.toml", "/dev/null"), ("loop.csv", "loop.csv"),
                     ("nowhere.csv", "absent/x"), ("link.csv", "data.csv")):  # fmt: skip
        (folder / name).symlink_to(to)
    return [*names, "folder.csv", "empty folder", "idx", "spoilt run", "fifo.csv", "zero.csv", "null.toml",
            "loop.csv", "nowhere.csv", "link.csv", "/dev/zero", "/dev/null", "/dev/full", ".", "..",
            "absent.csv", "absent/x.csv", "x" * 5000, "a/" * 2500, "", "data.csv/x", *BUILT_IN]  # fmt: skip


def mutant(draw: random.Random, folder: Path, name: str) -> str:
    """The name of a copy of a right file, or of a right folder, with one thing in it changed."""
    if (folder / name).is_dir():
        shutil.copytree(folder / name, folder / f"mutant {name}")
        inside = sorted(each for each in (folder / f"mutant {name}").rglob("*") if each.is_file())
        chosen = draw.choice(inside)
        if draw.random() < 0.1:
            chosen.unlink()
        else:
            chosen.write_bytes(mutated(draw, chosen.read_bytes()))
        return f"mutant {name}"
    new = f"mutant{Path(name).suffix}"
    (folder / new).write_bytes(mutated(draw, (folder / name).read_bytes()))
    return new


def mutated(draw: random.Random, content: bytes) -> bytes:
    """The content with one thing in it changed; a sealed file is most often sealed again."""
    if content[8:35] != SEAL or draw.random() < 0.1:
        return changed(draw, content)
    end = 8 + struct.unpack("<Q", content[:8])[0]
    head, data = content[99:end], content[end:]
    head, data = (changed(draw, head), data) if draw.random() < 0.7 else (head, changed(draw, data))
    length = struct.pack("<Q", 91 + len(head))
    digest = hashlib.sha256(length + SEAL + b"0" * 64 + head + data).hexdigest().encode()
    return length + SEAL + digest + head + data


def changed(draw: random.Random, content: bytes) -> bytes:
    """The content with a word, a line or a byte of it changed, or cut short."""
    way, lines = draw.choice(["word"] * 5 + ["line", "line", "byte", "cut"]), content.split(b"\n")
    if way == "word":
        # from the head as often as from all: there a model or a record says what it is
        words = list(re.finditer(rb"[\w.+-]+", content[: draw.choice((600, len(content)))]))
        if words:
            word = draw.choice(words)
            fits = ODD_NUMBERS if word[0].isdigit() and draw.random() < 0.8 else ODD_CELLS
            return content[: word.start()] + draw.choice(fits) + content[word.end() :]
    if way == "line" and len(lines) > 1:
        at = draw.randrange(len(lines))
        times = draw.choice((0, 2, 3))
        return b"\n".join(lines[:at] + lines[at : at + 1] * times + lines[at + 1 :])
    at = draw.randrange(max(len(content), 1))
    if way == "cut":
        return content[:at]
    return content[:at] + bytes([draw.randrange(256)]) + content[at + 1 :]
