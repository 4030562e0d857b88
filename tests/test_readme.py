"""README.md and the first page of the docs: their Python runs, their commands print as told."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NOT_RUN = "<!-- not run -->"  # stands on the line before a block that no test can run
NEVER_ENDS = {"play"}  # commands that serve until they are stopped
TRAINED = {"train", "evaluate", "explain"}  # whose figures are near, not the same, elsewhere
NEAR = 0.25  # of a figure: how far it may be off on another machine
FINDS = {"check", "exercise", "diagnose"}  # commands whose status is 1 when they found something


@dataclass(frozen=True)
class Block:
    """A fenced block: its language, the line it begins on (from 1), and its text."""

    language: str
    line: int
    text: str


@dataclass(frozen=True)
class Command:
    line: int
    text: str
    expected: tuple[str, ...]


def blocks(markdown: str, language: str) -> Iterator[Block]:
    """The fenced blocks of a language, but for those marked as not run."""
    fence = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```\s*$", re.MULTILINE | re.DOTALL)
    for match in fence.finditer(markdown):
        before = markdown[: match.start()].rstrip().rsplit("\n", 1)[-1]
        if match[1] == language and before != NOT_RUN:
            yield Block(language, markdown.count("\n", 0, match.start(2)) + 1, match[2])


def commands(block: Block) -> Iterator[Command]:
    """The `$ glassnet` commands of a console block, each with the lines that stand under it."""
    text = re.sub(r"\\\n", lambda _: "  ", block.text)
    parts = re.split(r"^\$ ", text, flags=re.MULTILINE)
    line = block.line + parts[0].count("\n")
    for part in parts[1:]:
        command, *expected = part.rstrip("\n").split("\n")
        words = command.split()
        if words[:1] == ["glassnet"] and not NEVER_ENDS & set(words[1:2]):
            yield Command(line, command, tuple(expected))
        line += part.count("\n")


def missing(expected: tuple[str, ...], output: str) -> list[str]:
    """The expected lines that no line of the output matches; `...` stands for anything."""
    lines = [" ".join(line.split()) for line in output.splitlines()]
    absent = []
    for wanted in expected:
        pieces = [re.escape(" ".join(p.split())) for p in re.split(r"\.\.\.|…", wanted)]
        pattern = re.compile(r"\s*.*?\s*".join(pieces))
        if any(pieces) and not any(pattern.fullmatch(line) for line in lines):
            absent.append(wanted)
    return absent


NUMBER = re.compile(r"[−-]?\d[\d.]*(?:e[−-]?\d+)?")


def near(wanted: str, line: str) -> bool:
    """Whether a line says the same but for its numbers, which are near."""
    numbers = [[float(n.replace("−", "-").rstrip(".")) for n in NUMBER.findall(t)]
               for t in (wanted, line)]  # fmt: skip
    plain = [" ".join(NUMBER.sub("#", t).split()) for t in (wanted, line)]
    close = (abs(a - b) <= NEAR * abs(a) + 1e-3 for a, b in zip(*numbers))
    return plain[0] == plain[1] and all(close)


def run(command: list[str] | str, folder: Path, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command,
        shell=isinstance(command, str),
        cwd=folder,
        env=os.environ | {"COLUMNS": "100", "NO_COLOR": "1", "MPLBACKEND": "Agg"} | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=110,
    )


@pytest.fixture(params=["README.md", "docs/index.md"])
def readme(request: pytest.FixtureRequest) -> str:
    return (ROOT / request.param).read_text(encoding="utf-8")


def test_python_in_the_readme_runs(readme: str, tmp_path: Path):
    # One program of all blocks, each on the line that it has in README.md.
    program: list[str] = []
    for block in blocks(readme, "python"):
        program += [""] * (block.line - 1 - len(program))
        program += block.text.splitlines()
    (tmp_path / "README.py").write_text("\n".join(program), encoding="utf-8")
    done = run([sys.executable, "README.py"], tmp_path)
    assert done.returncode == 0, f"README.md:\n{done.stderr}"


@pytest.mark.outside
def test_commands_in_the_readme_print_what_stands_under_them(readme: str, tmp_path: Path):
    # All in one folder and in order: a later command may use an earlier one's model.
    door = tmp_path / "bin" / "glassnet"
    door.parent.mkdir()
    door.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m glassnet "$@"\n', encoding="utf-8")
    door.chmod(0o755)
    folder = tmp_path / "folder"
    folder.mkdir()
    shutil.copytree(ROOT / "examples", folder / "examples")
    faults = []
    for block in blocks(readme, "console"):
        for command in commands(block):
            path = f"{door.parent}{os.pathsep}{os.environ.get('PATH', '')}"
            done = run(command.text, folder, PATH=path)
            at = f"line {command.line}: $ {command.text}"
            lines = (done.stdout + done.stderr).splitlines()
            if done.returncode not in ((0, 1) if command.text.split()[1] in FINDS else (0,)):
                faults.append(f"{at}\nends with {done.returncode}: {done.stderr}")
            faults += [
                f"{at}\nprints no line: {line}\nbut:\n{done.stdout}"
                for line in missing(command.expected, done.stdout + done.stderr)
                if not (
                    command.text.split()[1] in TRAINED and any(near(line, one) for one in lines)
                )
            ]
    assert not faults, "\n" + "\n".join(faults)


def test_the_readers_of_the_readme_read():
    markdown = (
        "```python\na = 1\n```\n\n<!-- not run -->\n```python\nb\n```\n"
        "```console\n$ git clone\n$ glassnet walk --at \\\n   loss\nloss 0.2...\n...\n"
        "$ glassnet play\n```\n"
    )
    assert [(b.line, b.text) for b in blocks(markdown, "python")] == [(2, "a = 1\n")]
    (block,) = blocks(markdown, "console")
    (command,) = commands(block)
    assert command.text.split() == ["glassnet", "walk", "--at", "loss"]
    assert command.expected == ("loss 0.2...", "...")
    assert missing(command.expected, "first\nloss   0.298\n") == []
    assert missing(command.expected, "loss 0.3\n") == ["loss 0.2..."]
    assert missing(("exact",), "inexact\n") == ["exact"]
    assert near("R² 0.90 of 73 rows", "R²  0.85  of 73 rows")
    assert not near("R² 0.90 of 73 rows", "R² 0.10 of 73 rows")
    assert not near("R² 0.90", "MAE 0.90")
