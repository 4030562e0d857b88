"""A walk as text: every number with its formula, in lines that fit the terminal."""

import re
from dataclasses import replace

import numpy as np
import pytest

from glassnet.core.network import Network
from glassnet.core.optimizers import Adam
from glassnet.explain import WORKED, Ask, Example, Walk, pass_of, walk, walk_of
from glassnet.files.plain import from_json, to_json
from glassnet.views.formula.latex import walk_latex
from glassnet.views.formula.markdown import walk_markdown
from glassnet.views.html.walk_page import walk_page
from glassnet.views.text.walk import answer_text, walk_text


def lines_of(text: str) -> list[str]:
    return [line.rstrip() for line in text.splitlines()]


def wide(n: int = 12) -> Example:
    rng = np.random.default_rng(0)
    return Example(
        "wide", [rng.normal(size=(4, n)).tolist(), rng.normal(size=(n, 4)).tolist()],
        [[0.0] * 4, [0.0] * n], rng.normal(size=n).tolist(), [0.5] * n, ["tanh", "sigmoid"],
        "squared_error", 0.5,
    )  # fmt: skip


def test_each_number_stands_with_its_formula_and_the_numbers_put_in():
    lines = lines_of(walk_text(walk(WORKED)))
    at = lines.index("1. Weighted sums of layer 1")
    assert lines[at + 1 : at + 4] == [
        "   z1[0] = W1[0,0]·x[0] + W1[0,1]·x[1] + b1[0]",
        "         = 0.15·0.05 + 0.2·0.1 + 0.35",
        "         = 0.3775",
    ]
    at = next(i for i, line in enumerate(lines) if "Output deltas" in line)
    assert lines[at + 1 : at + 4] == [
        "   delta2[0] = (a2[0] − y[0])·a2[0]·(1 − a2[0])",
        "             = (0.75136507 − 0.01)·0.75136507·(1 − 0.75136507)",
        "             = 0.138498562",
    ]
    assert "   db1[0] = delta1[0] = 0.00877135469" in lines
    assert lines[-1] == "Loss before this update 0.298371109, after it 0.291027774."


def test_every_address_of_every_stage_is_told_once_and_every_matrix_shown():
    made = walk(WORKED, 3, "neuron")
    text = walk_text(made)
    for stage in made.stages:
        assert text.count(f". {stage.title}\n") == 1
        assert f"  {stage.algebra}\n" in text
        for answer in made.answers(stage):
            assert len(re.findall(rf"^   {re.escape(answer.address)} = ", text, re.M)) == 1
    assert "W1 x + b1" in text
    assert "[ 0.149" in text
    assert lines_of(text)[0] == "the worked example: the pass after 3 updates"


def test_the_network_is_drawn_with_its_layers_and_biases():
    text = walk_text(walk(WORKED, 0, "layer"))
    for words in ("the first pass", "inputs", "( sigmoid )", "(0.05)", "targets", "(0.99)",
                  "biases one for the layer, learned", "learning rate 0.5",
                  "loss: squared error"):  # fmt: skip
        assert words in text
    assert "biases frozen" in walk_text(walk(WORKED))


@pytest.mark.parametrize("width", [60, 96])
def test_long_sums_are_folded_to_the_width(width: int):
    made = walk(wide(), 0, "neuron")
    text = walk_text(made, width)
    steps = text[text.index("Step by step") : text.index("The same as matrices")]
    assert max(map(len, steps.splitlines())) <= width
    at = steps.index("   z1[0] = ")
    told = re.sub(r"\s+", " ", steps[at : steps.index("   z1[1] = ")])
    answer = made.answers(made.stages[0])[0]
    assert answer.formula in told
    assert answer.put_in(answer.digits_put_in) in told


def test_matrices_stand_side_by_side_row_by_row():
    text = walk_text(walk(WORKED))
    at = lines_of(text).index("  z1 = W1 x + b1")
    block = lines_of(text)[at + 1 : at + 4]
    assert block[0].split() == ["W1", "x", "b1", "z1"]
    assert re.findall(r"[\d.]+", block[1]) == [
        "0.150000000", "0.200000000", "0.050000000", "0.350000000", "0.377500000",
    ]  # fmt: skip
    assert re.findall(r"[\d.]+", block[2])[-1] == "0.392500000"


def test_no_hyphen_stands_for_a_minus():
    text = walk_text(walk(replace(WORKED, inputs=[-0.05, 1e-7]), 0, "neuron"))
    assert "(−0.05)" in text
    numbers = text[text.index("Step by step") :]
    assert not re.search(r"(?<![e\w])-\d", numbers)


def test_one_answer_is_told_in_full():
    ask = pass_of(WORKED)
    assert lines_of(answer_text(ask.at("z1[0]"))) == [
        "z1[0] = 0.3775    (z¹₀, weighted sum, layer 1)",
        "  z1[0] = W1[0,0]·x[0] + W1[0,1]·x[1] + b1[0]",
        "        = 0.15·0.05 + 0.2·0.1 + 0.35",
        "  it depends on:",
        "    W1[0,0] = 0.15",
        "    x[0] = 0.05",
        "    W1[0,1] = 0.2",
        "    x[1] = 0.1",
        "    b1[0] = 0.35",
        "  as matrices: z1 = W1 x + b1   (W1 2×2, x 2×1, b1 2×1, z1 2×1)",
    ]
    assert lines_of(answer_text(ask.at("x[1]"))) == ["x[1] = 0.1    (x₁, input)", "  it is given."]


def test_a_number_of_0_and_a_small_one_are_told_briefly():
    net = Network.dense([1, 1], initializer="zeros", dtype="float64")
    assert "= 0 " in answer_text(Ask(net, [1.0], [0.0]).at("z1[0]"))
    assert "= 1e−07 " in answer_text(Ask(net, [1e-7], [0.0]).at("x[0]")).replace(
        "1.00000000e", "1e"
    )


@pytest.mark.parametrize("batch", [1, 3])
def test_a_walk_that_was_written_and_read_is_shown_as_it_was(batch: int):
    rng = np.random.default_rng(0)
    net = Network.dense(
        [14, 3, 2], hidden="tanh", output="softmax", dtype="float64", dropout=0.3, l2=0.01
    )
    rows, targets = rng.normal(size=(batch, 14)), np.eye(2)[[0, 1, 1]][:batch]
    made = walk_of(Ask(net, rows, targets, optimizer=Adam(0.1), rng=rng), "a batch", 4)
    again = from_json(Walk, to_json(made))
    for view in (walk_text, walk_markdown, walk_latex):
        assert view(again) == view(made)
    assert walk_page([again]) == walk_page([made])
    assert again.asked is None
