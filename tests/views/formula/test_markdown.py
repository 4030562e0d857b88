"""Markdown: what GitHub and Jupyter need so that formulas stay formulas and tables tables."""

import re
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from random_asks import every_address, passes

from glassnet.core.network import Network
from glassnet.core.optimizers import Adam
from glassnet.explain import WORKED, Ask, pass_of, walk, walk_of
from glassnet.views.formula.latex import answer_latex, matrix_latex, symbol_latex
from glassnet.views.formula.markdown import answer_markdown, walk_markdown


def check(text: str) -> None:
    """Displays stand alone between blank lines; what is inside no line nor table breaks."""
    lines = text.split("\n")
    marks = [n for n, line in enumerate(lines) if line == "$$"]
    assert len(marks) % 2 == 0
    inside: set[int] = set()
    for start, end in zip(marks[::2], marks[1::2], strict=True):
        assert lines[start - 1] == lines[end + 1] == ""
        assert all(lines[start + 1 : end]), "an empty line ends a paragraph, and so a formula"
        inside |= set(range(start, end + 1))
    for n, line in enumerate(lines):
        if n not in inside:
            assert "$$" not in line
            formulas = re.findall(r"(?<!\\)\$(.+?)(?<!\\)\$", line)
            assert not any(r"\\" in formula or "|" in formula for formula in formulas), line
        else:  # a backslash before these is Markdown's
            assert not re.search(r"\\[,;!{}_|]", line), line
            assert not re.match(r"\s*([-+*]|\d+\.) ", line), f"would begin a list: {line}"
    tables = [line for n, line in enumerate(lines) if line.startswith("|") and n not in inside]
    for above, line in pairwise(tables):
        if lines.index(line) == lines.index(above) + 1:
            assert line.count("|") == above.count("|")


def test_one_answer_is_told_in_full():
    answer = pass_of(WORKED).at("z1[0]")
    text = answer_markdown(answer)
    assert text == (
        "**`z1[0]`**, weighted sum, layer 1\n\n"
        f"$$\n{answer_latex(answer)}\n$$\n\n"
        "As matrices: $z^{(1)} = W^{(1)} x + b^{(1)}$\n\n"
        "Shapes: $W^{(1)}$ 2×2, $x$ 2, $b^{(1)}$ 2, $z^{(1)}$ 2.\n\n"
        "It depends on:\n\n"
        "| address | symbol | value |\n| --- | --- | --- |\n"
        "| `W1[0,0]` | $W^{(1)}_{0,0}$ | $0.15$ |\n"
        "| `x[0]` | $x_{0}$ | $0.05$ |\n"
        "| `W1[0,1]` | $W^{(1)}_{0,1}$ | $0.2$ |\n"
        "| `x[1]` | $x_{1}$ | $0.1$ |\n"
        "| `b1[0]` | $b^{(1)}_{0}$ | $0.35$ |\n"
    )
    check(text)


def test_what_is_given_says_so():
    text = answer_markdown(pass_of(WORKED).at("x[1]"))
    assert "x_{1} &= 0.1" in text
    assert "It is given." in text
    assert "depends" not in text


def test_numbers_have_as_many_digits_as_asked():
    text = answer_markdown(pass_of(WORKED).at("delta2[0]"), digits=3)
    assert "&= 0.138\n" in text
    assert "| `a2[0]` | $a^{(2)}_{0}$ | $0.751$ |" in text


def test_a_note_is_told_as_text():
    net = Network.dense([2, 3], output="softmax", dtype="float64")
    text = answer_markdown(Ask(net, [1.0, 2.0], 2).at("delta1[0]"))
    assert "softmax has ∂aⱼ/∂zᵢ = aⱼ(1\\[i = j\\] − aᵢ)" in text
    check(text)


@settings(max_examples=25)
@given(passes())
def test_every_answer_is_sound_markdown(ask: Ask):
    for address in every_address(ask)[::3]:
        check(answer_markdown(ask.at(address)))


@pytest.mark.parametrize("bias", ["frozen", "neuron", "layer"])
def test_the_walk_tells_every_stage_in_order(bias):
    made = walk(WORKED, 3, bias)
    text = walk_markdown(made)
    check(text)
    assert text.startswith("# the worked example: the pass after 3 updates\n")
    headings = re.findall(r"^## (?:\d+\. )?(.+)$", text, re.M)
    assert headings == ["What is given", *(s.title for s in made.stages), "What came of it"]
    for stage in made.stages:
        for answer in made.answers(stage):
            assert text.count(f"$$\n{answer_latex(answer, widest=66)}\n$$") == 1
    assert f"$$\n{symbol_latex('W1')} = {matrix_latex(made.parameters['W1'])}\n$$" in text
    assert "The loss is squared error; the learning rate is 0.5." in text
    assert "The loss before this update is" in text


def test_a_walk_with_an_optimizer_that_remembers_is_told():
    net = Network.dense([2, 3, 2], hidden="relu", output="softmax", dtype="float64", l2=0.1)
    text = walk_markdown(walk_of(Ask(net, [1.0, -2.0], 1, optimizer=Adam(0.01)), "a_b *c*"))
    check(text)
    assert text.startswith("# a\\_b \\*c\\*: the first pass\n")
    assert r"\hat{m} \left(W^{(1)}_{0,1}\right) &= \frac{m' \left(" in text


def test_a_wide_walk_is_sound():
    rng = np.random.default_rng(0)
    net = Network.dense([30, 3, 1], hidden="gelu_tanh", dtype="float64")
    text = walk_markdown(walk_of(Ask(net, rng.normal(size=30), [1.0]), "wide"))
    check(text)
    assert r"&\quad {} + " in text
