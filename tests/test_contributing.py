"""CONTRIBUTING's recipes, each followed to the letter, all of them on one copy of the source."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
RECIPES = ("activation", "loss", "optimizer", "command", "mistake", "finding", "picture")
LEFT_OUT = ("made_before", "strangers", "*.safetensors", "__pycache__")


def blocks(recipe: str) -> Iterator[tuple[str, str]]:
    """The recipe's blocks in their order: their language, and what stands in them."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    (section,) = re.findall(rf"^### An? {recipe}\n(.*?)(?=^##)", text, re.DOTALL | re.MULTILINE)
    for kind, block in re.findall(r"^ *```(\w+)\n(.*?)^ *```$", section, re.DOTALL | re.MULTILINE):
        yield kind, textwrap.dedent(block)


def commands(recipe: str) -> Iterator[list[str]]:
    for kind, block in blocks(recipe):
        if kind == "console":
            yield from (shlex.split(line[2:]) for line in block.splitlines() if line[:2] == "$ ")


def follow(recipe: str, root: Path) -> None:
    """Does what the recipe's blocks say, in a copy of the clone."""
    for kind, block in blocks(recipe):
        first, rest = block.split("\n", 1)
        if kind == "python":
            place = re.fullmatch(r"# (\S+\.py)(?:, (above|below) (.+))?", first)
            assert place, f"{recipe}: the first line of a block says where it goes, not {first!r}"
            put(rest, root / place[1], place[2], place[3])
        elif kind == "diff":
            change(root / first.removeprefix("--- "), rest)


def put(block: str, file: Path, where: str | None, line: str) -> None:
    if where is None:
        assert not file.exists(), f"{file} is there already"
        file.write_text(block.lstrip("\n"), encoding="utf-8")
        return
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    found = [n for n, each in enumerate(lines) if each.lstrip().startswith(("(" + line, line))]
    assert found, f"{file.name} has no line {line!r}: the recipe speaks of it"
    at = found[0] + (where == "below")
    if where == "above":  # a table or a function stands two empty lines below what comes before
        block = block.rstrip("\n") + ("\n\n\n" if lines[at][0] not in " \t" else "\n")
    file.write_text("".join([*lines[:at], block, *lines[at:]]), encoding="utf-8")


def change(file: Path, lines: str) -> None:
    old = "".join(line[1:] for line in lines.splitlines(keepends=True) if line[0] in " -")
    new = "".join(line[1:] for line in lines.splitlines(keepends=True) if line[0] in " +")
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} has not the lines {old!r}: the recipe speaks of them"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the clone in which every recipe was followed."""
    root = tmp_path_factory.mktemp("clone")
    for folder in ("src", "tests"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns(*LEFT_OUT))
    of_records = ("scripts/make_schema.py", "scripts/make_types.py", "frontend/src/records.ts")
    for file in ("pyproject.toml", "docs/json.md", "docs/diagnose.md", *of_records):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, root / file)
    for recipe in RECIPES:
        follow(recipe, root)
    for words in (words for recipe in RECIPES for words in commands(recipe)):
        if words[0] == "python":  # what is made of the source, before it is tested
            run(root, *words[1:])
    return root


def run(clone: Path, *arguments: str) -> None:
    """Runs a script of the clone, or a module."""
    environment = os.environ | {"PYTHONPATH": str(clone / "src"), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, *(() if arguments[0].endswith(".py") else ("-m",)), *arguments],
        cwd=clone, env=environment, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]


@pytest.mark.outside
def test_the_tests_that_the_recipes_write_pass(clone: Path) -> None:
    """All in one process, which loads glassnet once."""
    typed = [words[1:] for recipe in RECIPES for words in commands(recipe) if words[0] == "pytest"]
    assert len(typed) == len(RECIPES)
    files = [word for words in typed for word in words if word.endswith((".py", "]"))]
    named = [words[words.index("-k") + 1] for words in typed if "-k" in words]
    named += [Path(words[0]).stem for words in typed if "-k" not in words]
    run(clone, "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *files,
        "-k", " or ".join(named))  # fmt: skip


@pytest.mark.parametrize("recipe", RECIPES)
def test_the_commands_of_a_recipe_run(clone: Path, recipe: str) -> None:
    for words in commands(recipe):
        if words[0] not in ("pytest", "python"):
            run(clone, *words)


def test_what_the_recipes_write_is_written_as_the_house_writes(clone: Path) -> None:
    made = [clone / place for recipe in RECIPES for place in places(recipe)]
    for tool in (["ruff", "check", "-q"], ["ruff", "format", "-q", "--check"]):
        run(clone, *tool, *map(str, sorted(set(made))))


def places(recipe: str) -> Iterator[str]:
    for kind, block in blocks(recipe):
        first = block.split("\n", 1)[0]
        if kind in ("python", "diff") and ".py" in first:
            yield first.removeprefix("# ").removeprefix("--- ").split(",")[0]
