"""The book's tables say what is so: factors of the losses, slopes, terms in their order."""

import re
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def tables(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(DOCS))
    import book_tables

    yield book_tables
    sys.modules.pop("book_tables")


def cells(table: str) -> list[list[str]]:
    return [[c.strip() for c in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_losses_differ_by_their_factor_alone(tables) -> None:
    rows = {row[0]: row for row in cells(tables.losses())}
    assert [rows[name][4] for name in rows] == ["1", "2", "1", "0.5"]
    # Mazur prints 0.082167041
    assert rows["half the sum"][3] == "0.08216704"


def test_each_reading_of_the_biases_has_the_printed_outputs(tables) -> None:
    assert [row[1] for row in cells(tables.biases())] == [
        "0.0159136204", "0.0121021591", "0.0115875274",
    ]  # fmt: skip


def test_the_paper_task_is_about_the_slope_that_mazur_prints(tables) -> None:
    assert "0.082167" in tables.paper_tasks()


def test_terms_stand_in_their_order() -> None:
    text = (DOCS / "glossary.md").read_text("utf-8")
    glossary = re.search(r"^```\{glossary\}\n(.*)^```$", text, re.MULTILINE | re.DOTALL)
    assert glossary, "the parser knows no fence but ```"
    terms = re.findall(r"^(\w.*)\n    ", glossary[1], re.MULTILINE)
    assert len(terms) > 50
    assert terms == sorted(terms, key=str.lower)
