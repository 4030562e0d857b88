# ruff: noqa: E501, SIM115
"""Calls of the commands as a stranger might make them: odd options, files of every wrong kind.

A call is drawn from a number alone. It runs in a process apart, forked from one that has imported
what the commands need, or, every twentieth, in a real one; what is measured of it is its status,
what it printed, how long it took and how much memory it had at its peak.
"""

import gzip
import inspect
import json
import os
import random
import resource
import signal
import struct
import subprocess
import sys
import typing
from dataclasses import dataclass
from pathlib import Path

SECONDS, MEMORY = 60, 500 * 10**6  # of the processor, and at the peak
HANGS = 300  # seconds, on a busy machine
REAL = 20  # one call in so many is a process of its own from the start
COMMANDS = ("walk", "train", "evaluate", "predict", "explain", "gradcheck", "start", "check",
            "exercise", "diagnose", "draw")  # fmt: skip
NUMBERS = ["0", "-1", "1", "2", "3", "1.5", "nan", "inf", "-inf", "1e9", "1e400", "99999999999999999999",
           "9" * 5000, "", " ", "x", "0x10", "٣", "1,5", "true", "1_000", "--", "-0", "1e-320"]  # fmt: skip
WORDS = ["", " ", "x" * 5000, "naïve", "W1[0,0]", "relu", "adam", "none", "64,32", "0", "-1", "8", "a/b",
         "y", "x0", "\u202e", "\x1b[31m", "[", "*", "1" * 5000, ",", "3,,3", "1e3", "delta1[0]@99",
         "W" + "1" * 5000 + "[0,0]", "1000000,1000000", ",".join(["2"] * 1101)]  # fmt: skip
BUILT_IN = ["moons", "xor", "iris", "example", "and"]
ENDINGS = [".csv", ".parquet", ".jsonl", ".toml", ".safetensors", ".py", ".ipynb", ".npz", ".gz",
           ".md", ".html", ".svg", ".png", ".xlsx", ".onnx", ".txt", ""]  # fmt: skip


def table(rows=40) -> str:
    drawn = random.Random(3)
    lines = [f"{drawn.random():.3f},{drawn.choice('ab')},{i % 2}" for i in range(rows)]
    return "\n".join(["x0,x1,y", *lines]) + "\n"


def contents(models: dict[str, bytes]) -> dict[str, bytes]:
    """A file's kind to what is in it: right ones and wrong ones."""
    model, csv = models["model"], table()
    quoted = 'a,b,y\n"one\ntwo",2,0\n' + "3,4,1\n" * 20
    notebook = {"cells": [{"cell_type": "code", "source": "x = 1"}]}
    return {
        **models,
        "empty": b"", "blank": b"\n\n  \n", "nul": b"\0" * 1000, "binary": bytes(range(256)) * 50,
        "csv": csv.encode(), "mark": b"\xef\xbb\xbf" + csv.encode(), "utf16": csv.encode("utf-16"),
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
        "exit": b"raise SystemExit(7)\n", "sheet": b"# My notes\n\n- z1[0] = 3\n",
        "cut model": model[: len(model) // 2], "head": model[:20], "long head": struct.pack("<Q", 2**62) + b"{",
        "spoilt": model[:200] + b"\xff" + model[201:], "parquet": b"PAR1" + b"\0" * 100 + b"PAR1",
        "gz": gzip.compress(csv.encode()), "zip": b"PK\x03\x04" + b"\0" * 100, "npy": b"\x93NUMPY\x01\x00v\x00{",
        "idx": struct.pack(">HBBIII", 0, 8, 3, 2, 2, 2) + b"\0" * 8,
    }  # fmt: skip


def furnish(folder: Path, models: dict[str, bytes]) -> list[str]:
    """Files, folders, pipes and devices in folder; the names that stand for each, and for none."""
    names = []
    for number, (kind, content) in enumerate(contents(models).items()):
        ending = next(
            (e for e in ENDINGS if e and kind.split()[-1] == e[1:]), ENDINGS[number % len(ENDINGS)]
        )
        right = {"csv": ".csv", "model": ".safetensors", "numbers": ".safetensors", "toml": ".toml", "script": ".py",
                 "notebook": ".ipynb"}.get(kind, ending)  # fmt: skip
        for end in {right, ENDINGS[(number * 7) % len(ENDINGS)]}:
            name = f"{kind.replace(' ', '_')}{end}"
            (folder / name).write_bytes(content)
            names.append(name)
    for name in (
        "p[1].csv",
        "p*.csv",
        "p?.csv",
        "{p}.csv",
        "~",
        "naïve ✓.csv",
        "-.csv",
        "a\nb.csv",
    ):
        (folder / name).write_bytes(table().encode())
        names.append(name)
    odd = b"odd\xff.csv"
    with open(os.fsencode(folder) + b"/" + odd, "wb") as file:
        file.write(table().encode())
    (folder / "folder.csv").mkdir()
    (folder / "empty folder").mkdir()
    (folder / "idx").mkdir()
    bomb = struct.pack(">HBBIII", 0, 8, 3, 1 << 20, 32, 32)
    with gzip.open(folder / "idx" / "train-images-idx3-ubyte.gz", "wb") as file:
        file.write(bomb)
        for _ in range(1 << 10):
            file.write(bytes(1 << 20))
    with gzip.open(folder / "idx" / "train-labels-idx1-ubyte.gz", "wb") as file:
        file.write(struct.pack(">HBBI", 0, 8, 1, 1 << 20) + bytes(1 << 20))
    (folder / "run").mkdir()
    (folder / "run" / "run.json").write_bytes(b"{}")
    os.mkfifo(folder / "fifo.csv")
    (folder / "zero.csv").symlink_to("/dev/zero")
    (folder / "null.toml").symlink_to("/dev/null")
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "nowhere.csv").symlink_to("absent/x")
    return [*names, "folder.csv", "empty folder", "idx", "run", "fifo.csv", "zero.csv", "null.toml",
            "loop.csv", "nowhere.csv", "/dev/zero", "/dev/null", "/dev/full", ".", "..", "absent.csv",
            "x" * 5000, "a/" * 2500, "", os.fsdecode(odd), *BUILT_IN]  # fmt: skip


def options_of(command: str) -> tuple[list[str], dict[str, object]]:
    """The places of a command, and its options with what they are annotated as."""
    from glassnet.cli import app

    function = app[command].default_command
    if not callable(function):
        function = function.resolve()
    places, options = [], {}
    hints = typing.get_type_hints(function)
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            places.append(name)
        else:
            options[name] = hints[name]
    return places, options


def drawn(number: int, names: list[str]) -> list[str]:
    """A call's arguments."""
    draw = random.Random(number)
    command = COMMANDS[number % len(COMMANDS)]
    places, options = options_of(command)
    call = [command]
    good = {"model": ["model.safetensors", "numbers.safetensors"], "data": ["csv.csv", "moons", "iris"],
            "file": ["script.py", "notebook.ipynb"], "example": ["toml.toml"], "source": ["model.safetensors"]}  # fmt: skip
    count = len(places) - (draw.random() < 0.2)
    for place in places[: max(count, 0)]:
        call.append(draw.choice(good.get(place, names) if draw.random() < 0.45 else names))
    given = set()
    for name in draw.sample(sorted(options), min(len(options), draw.randrange(5))):
        given.add(name)
        call += option(draw, name, options[name], names)
    if command == "train":
        call += [] if "epochs" in given else ["--epochs", "1"]
        call += ["--target", "y"] if "target" not in given and draw.random() < 0.6 else []
        call += ["--threads", "1"] if "threads" not in given else []
    if command == "check":
        call += [] if "seconds" in given else ["--seconds", "2"]
    if command == "draw":
        call += [] if "out" in given else ["--out", draw.choice(["out.svg", "out.png"])]
        call += [] if "epochs" in given else ["--epochs", "1"]
    return [each.replace("\0", "") for each in call]


def option(draw: random.Random, name: str, kind: object, names: list[str]) -> list[str]:
    """One option with a value of any kind, more often than not one that fits a little."""
    flag = "--" + name.replace("_", "-")
    told = str(kind)
    if "bool" in told:
        return [flag]
    if name == "steps":  # work that was asked for is no fault
        return [flag, draw.choice([n for n in NUMBERS if n not in ("1e9", "99999999999999999999")])]
    if "Path" in told:
        return [flag, draw.choice(["out", f"out{draw.choice(ENDINGS)}", draw.choice(names)])]
    if "Literal" in told and draw.random() < 0.7:
        kept = [a for a in typing.get_args(kind) if a is not type(None)]
        literals = [str(v) for each in kept for v in (typing.get_args(each) or [each])]
        return [flag, draw.choice(literals)]
    if "int" in told or "float" in told:
        return [flag, draw.choice(NUMBERS)]
    return [flag, draw.choice(WORDS + NUMBERS)]


@dataclass
class Done:
    """What became of a call."""

    call: list[str]
    status: int  # negative: ended by that signal
    out: str
    errors: str
    seconds: float
    peak: int  # bytes

    def fault(self) -> str:
        """What must not be, in a few words; empty where all is as it should be."""
        if self.status == -signal.SIGALRM or self.seconds > SECONDS:
            return f"took more than {SECONDS} s"
        if "Traceback (most recent call last)" in self.errors:
            return "a traceback: " + self.errors.strip().splitlines()[-1][:200]
        if "defect of glassnet" in self.errors:
            return "a defect: " + self.errors.strip().splitlines()[-1][:200]
        if self.status not in (0, 1, 2, 3, 130, 143):
            return f"status {self.status}"
        if self.peak > MEMORY:
            return f"took {self.peak / 1e6:.0f} MB"
        if self.status == 2 and not self.errors.strip().splitlines()[-1:]:
            return "refused without a word"
        return ""


def ran(number: int, call: list[str], folder: Path) -> Done:
    """The call, run in the folder."""
    out, errors = folder.parent / "stdout", folder.parent / "stderr"
    with open(out, "wb") as o, open(errors, "wb") as e:
        if number % REAL == 0:
            child = subprocess.Popen(
                [sys.executable, "-m", "glassnet", *call], stdin=subprocess.DEVNULL, stdout=o, stderr=e,
                cwd=folder, preexec_fn=lambda: signal.alarm(HANGS),
            )  # fmt: skip
            pid = child.pid
        else:
            pid = os.fork()
            if not pid:
                _in_child(call, folder, o.fileno(), e.fileno())
        _, status, used = os.wait4(pid, 0)
    return Done(
        call, os.waitstatus_to_exitcode(status), out.read_text("utf-8", "replace")[-4000:],
        errors.read_text("utf-8", "replace"), used.ru_utime + used.ru_stime, used.ru_maxrss * 1024,
    )  # fmt: skip


def _in_child(call: list[str], folder: Path, out: int, errors: int) -> None:
    """Runs the command in this forked process, and ends it."""
    status = 70
    try:
        os.setsid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(out, 1)
        os.dup2(errors, 2)
        sys.stdout = open(1, "w", encoding="utf-8", errors="replace", closefd=False)
        sys.stderr = open(2, "w", encoding="utf-8", errors="replace", closefd=False)
        sys.argv = ["glassnet", *call]
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(HANGS)
        resource.setrlimit(resource.RLIMIT_FSIZE, (2**30, 2**30))
        os.chdir(folder)
        from glassnet.cli import main

        try:
            main(call)
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else 1
        except BaseException:
            import traceback

            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(status)
