"""How the notation is spelt in ASCII: every character that our own texts print has a spelling."""

import ast
import codecs
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.views.text import terminal
from glassnet.views.text.spelling import json_escape

SOURCE = Path(__file__).parents[3] / "src" / "glassnet"


def own_characters() -> set[str]:
    """Those beyond ASCII in the strings of the source, docstrings and f-strings too."""
    found: set[str] = set()
    # the letters by which an encoding is guessed are printed nowhere
    for file in set(SOURCE.rglob("*.py")) - {SOURCE / "data" / "table" / "reading" / "encoding.py"}:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                found.update(c for c in node.value if not c.isascii())
    # í is in a word that cells read as yes, á, è and ü in names of authors; control characters are
    # no text
    return {c for c in found if c not in "íáèü" and not terminal.CONTROL.match(c)}


def in_ascii(text: str) -> str:
    return text.encode("ascii", terminal.TEXT).decode("ascii")


def test_every_character_of_our_own_texts_has_a_spelling():
    found = own_characters()
    assert len(found) > 90  # the search for them sees them
    assert sorted(c for c in found if "\\" in in_ascii(c) or "?" in in_ascii(c)) == []


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("½·(a2[0] − y[0])²", "1/2*(a2[0] - y[0])^2"),
        ("δ² = Wᵀδ ⊙ f′(z)", "delta^2 = W^T delta .* f'(z)"),
        ("½λΣ|W|", "1/2 lambda sum|W|"),
        ("1.5·10⁻¹²", "1.5*10^-12"),
        ("xᵢ ← x₁₀", "x_i <- x_10"),
        ("∂L/∂θ ≤ ‖θ‖", "dL/dtheta <= ||theta||"),
        ("2θ, αβ, m̂, ŷ", "2 theta, alpha beta, m_hat, y_hat"),
        ("74.4 – 96.5 %…", "74.4 - 96.5 %..."),
        ("größe 大 😀", "gr\\xf6\\xdfe \\u5927 \\U0001f600"),
    ],
)
def test_formulas_are_spelt_as_one_writes_them_without_the_signs(text: str, spelt: str):
    assert in_ascii(text) == spelt


def test_an_encoding_that_has_some_keeps_them():
    text = "½·(a − y)² δ"
    assert text.encode("cp1252", terminal.TEXT).decode("cp1252") == "½·(a - y)² delta"


@given(st.text(st.characters(exclude_categories=())))
def test_json_in_ascii_says_the_same(text: str):
    """Lone surrogates, as in names of files that are no UTF-8, too."""
    document = json.dumps(text, ensure_ascii=False)
    assert json.loads(document.encode("ascii", terminal.JSON).decode("ascii")) == text
    for character in text:
        assert json.loads(f'"{json_escape(character)}"') == character


@pytest.mark.parametrize("errors", [terminal.TEXT, terminal.JSON])
@given(text=st.text(st.characters(exclude_categories=())))
def test_nothing_becomes_a_question_mark(errors: str, text: str):
    for encoding in ("ascii", "cp1252", "utf-8"):
        written = text.encode(encoding, errors).decode(encoding)
        assert written.count("?") == text.count("?")


def test_the_handlers_refuse_what_is_read():
    for name in (terminal.TEXT, terminal.JSON):
        with pytest.raises(UnicodeDecodeError):
            codecs.decode(b"\xff", "utf-8", name)
