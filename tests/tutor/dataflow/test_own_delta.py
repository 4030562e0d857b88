"""An output delta of no usual loss: taken for given, and told where it is a usual mistake."""

from pathlib import Path

import pytest

from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judge
from glassnet.tutor.dataflow.verdict import Judgement

NET = """
import numpy as np
np.random.seed(5)
X = np.random.randn(12, 3)
Y = np.random.rand(12, 2)
W1, b1 = np.random.randn(3, 4) * 0.7, np.zeros(4)
W2, b2 = np.random.randn(4, 2) * 0.7, np.zeros(2)
def sigmoid(z): return 1 / (1 + np.exp(-z))
def slope(z): return sigmoid(z) * (1 - sigmoid(z))
for epoch in range(40):
    h = np.tanh(X @ W1 + b1)
    z = h @ W2 + b2
    p = {output}
    d2 = {delta}
    d1 = d2 @ W2.T * {hidden}
    W2 -= 0.1 * h.T @ d2
    b2 -= 0.1 * d2.sum(0)
    W1 -= 0.1 * X.T @ d1
    b1 -= 0.1 * d1.sum(0)
"""
USUAL = {"output": "sigmoid(z)", "delta": "(p - Y) * p * (1 - p)", "hidden": "(1 - h ** 2)"}


def judged(folder: Path, **parts: str) -> Judgement:
    path = folder / "mine.py"
    path.write_text(NET.format(**{**USUAL, **parts}), encoding="utf-8")
    return judge(recorded(path, seed=1))


def test_the_usual_one_is_right(tmp_path):
    assert judged(tmp_path).verdict == "right"


@pytest.mark.parametrize(
    "delta",
    ["(p - Y) ** 3 * p * (1 - p)", "np.clip(p - Y, -0.2, 0.2) * p * (1 - p)",
     "np.tanh(p - Y) * p * (1 - p)"],
)  # fmt: skip
def test_a_loss_of_ones_own_is_judged_in_part_and_never_accused(tmp_path, delta):
    found = judged(tmp_path, delta=delta)
    assert found.verdict == "in part"
    assert "its output delta, in line 14, is the slope of no usual loss" in found.why
    assert found.explained


@pytest.mark.parametrize(
    "delta", ["(p - Y) * slope(p)", "(Y - p) * p * -1", "(p - Y) * sigmoid(p)"]
)
def test_a_usual_wrong_factor_is_placed(tmp_path, delta):
    found = judged(tmp_path, delta=delta)
    assert found.fault
    assert (found.verdict, found.fault.line) == ("wrong", 14)
    assert float(found.fault.got) != float(found.fault.expected)


def test_an_activation_that_was_left_off_the_outputs_is_placed_where_they_are(tmp_path):
    found = judged(tmp_path, output="h @ W2 + b2")
    assert found.fault
    assert (found.fault.kind, found.fault.line, found.fault.wanted) == (
        "forward",
        13,
        "the sigmoid",
    )
    assert found.fault.line_of == 14


def test_behind_an_output_delta_of_its_own_a_wrong_hidden_one_is_placed(tmp_path):
    found = judged(tmp_path, delta="(p - Y) ** 3 * p * (1 - p)", hidden="h * (1 - h)")
    assert found.fault
    assert (found.verdict, found.fault.line) == ("wrong", 15)
