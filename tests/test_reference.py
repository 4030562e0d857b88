"""The documentation knows every public name and every command, and its examples are true."""

import doctest
import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli import COMMANDS, app

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted((DOCS / "reference").glob("*.md"))
NAMES = [name for name in gn.__all__ if name != "__version__"]


def examples(page: Path) -> str:
    """A page's examples, as one session."""
    found = re.findall(r"^```pycon\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return "\n".join(found)


@pytest.fixture
def known_parts():
    """What an example registers is gone after it."""
    kinds = (gn.Activation, gn.Loss, gn.Optimizer, gn.Schedule)
    known = {kind: dict(kind.known) for kind in kinds}
    yield
    for kind, parts in known.items():
        kind.known.clear()
        kind.known.update(parts)


@pytest.mark.usefixtures("known_parts")
@pytest.mark.parametrize(
    "page",
    [*PAGES, DOCS / "coming-from.md", DOCS / "scikit-learn.md"],
    ids=lambda page: page.stem,
)
def test_the_examples_give_what_stands_under_them(page):
    test = doctest.DocTestParser().get_doctest(
        examples(page), {"gn": gn, "np": np}, page.stem, str(page), 0
    )
    told: list[str] = []
    failed, _ = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(
        test, out=told.append
    )
    assert not failed, "".join(told)


def test_every_public_name_has_its_entry():
    told = "\n".join(page.read_text("utf-8") for page in PAGES)
    entries = set(re.findall(r"^\.\. auto\w+:: glassnet\.(\w+)$", told, re.MULTILINE))
    assert set(NAMES) - entries == set()


def test_every_public_name_has_an_example():
    shown = "\n".join(examples(page) for page in PAGES)
    without = [
        name
        for name in NAMES
        if not re.search(rf"\bgn\.{name}\b", shown)
        and ">>>" not in (inspect.getdoc(getattr(gn, name)) or "")
    ]
    assert without == []


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_option_of_a_command_has_its_entry(name, monkeypatch):
    monkeypatch.syspath_prepend(DOCS / "extensions")
    from command_sections import section

    written = section(name)
    assert "``" not in written.replace("```", "")  # no code within code
    told = set(re.findall(r"`(\S+?)(?: \S+)?`(?=.*\n: \S)", written))
    arguments = app[name].assemble_argument_collection(parse_docstring=True)
    names = {name for argument in arguments for name in argument.names}
    assert {n for n in names if n != "*" and not n.startswith("--empty-")} == told
