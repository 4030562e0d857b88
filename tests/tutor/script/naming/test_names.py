"""A mistake of one layer is one mistake, and stands where it is written."""

from pathlib import Path

import pytest

from glassnet.tutor.check import check_file

PROGRAM = """import numpy as np
np.random.seed(4)
X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
y = np.array([[0], [1], [1], [0]])
def sigmoid(z): return 1 / (1 + np.exp(-z))
def slope(a): return a * (1 - a)
w1, w2 = np.random.randn(3, 4), np.random.randn(4, 1)
for n in range(500):
    z1 = X @ w1
    h = sigmoid(z1)
    o = sigmoid(h @ w2)
    d2 = (o - y) * slope(o)
    d1 = (d2 @ w2.T) * slope(h)
    w2 -= 0.5 * h.T @ d2
    w1 -= 0.5 * X.T @ d1
"""
# (what is written instead, the mistake, the line)
WRONG = [
    (("slope(h)", "slope(z1)"), "derivative-given-z", 13),
    (("(o - y) *", "(y - o) *"), "output-delta-sign", 12),
    (("d1 = (d2 @ w2.T) * slope(h)", "d1 = d2 @ w2.T"), "hidden-slope-lost", 13),
    (("d1 = (d2 @", "d1 = ((o - y) @"), "hidden-error-carried-back", 13),
    (("w1 -= 0.5", "w1 += 0.5"), "update-adds", 15),
    (("return a * (1 - a)", "return a * (1 + a)"), "derivative-plus", 6),
    (("d1 = (d2 @ w2.T) *", "e1 = (o - y) @ w2.T\n    d1 = e1 *"), "hidden-error-carried-back", 13),
]
ADAM = """
s1, s2 = np.zeros((3, 4)), np.zeros((4, 1))
for n in range(20):
    h = sigmoid(X @ w1)
    o = sigmoid(h @ w2)
    d2 = o - y
    d1 = (d2 @ w2.T) * slope(h)
    g1, g2 = X.T @ d1, h.T @ d2
    s1, s2 = 0.9 * s1 + 0.1 * g1**2, 0.9 * s2 + 0.1 * g2**2
    w1 = w1 - 0.01 * g1 / (np.sqrt(s1) + 1e-8)
    w2 = w2 - 0.01 * g2 / (np.sqrt(s2) + 1e-8)
"""


@pytest.mark.parametrize(("change", "name", "line"), WRONG)
def test_a_mistake_is_named_at_its_line(tmp_path: Path, change, name, line):
    assert PROGRAM.count(change[0]) == 1
    path = tmp_path / "mine.py"
    path.write_text(PROGRAM.replace(*change), encoding="utf-8")
    report = check_file(path)
    assert report.verdict == "wrong"
    assert [m.name for m in report.mistakes] == [name]
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.where == f"line {line}"


def test_both_signs_turned_are_no_mistake(tmp_path: Path):
    path = tmp_path / "mine.py"
    turned = PROGRAM.replace("(o - y) *", "(y - o) *").replace(" -= ", " += ")
    path.write_text(turned, encoding="utf-8")
    assert check_file(path).passed


@pytest.mark.parametrize(
    ("change", "name"),
    [
        (("slope(h)", "h"), "hidden-slope-of-activation"),
        (("- 0.01 * g", "+ 0.01 * g"), "update-adds"),
    ],
)
def test_what_an_optimizer_was_given_is_looked_at(tmp_path: Path, change, name):
    head = PROGRAM[: PROGRAM.index("for n")]
    path = tmp_path / "mine.py"
    path.write_text(head + ADAM.replace(*change), encoding="utf-8")
    report = check_file(path)
    assert name in [mistake.name for mistake in report.mistakes]


BIASES = {"b1 = np.ones(4)": "in part", "b1 = 0.5": "right", "b1 = np.random.randn(4)": "wrong"}


@pytest.mark.parametrize("bias", BIASES)
def test_biases_that_no_step_changes_are_not_called_right(tmp_path: Path, bias):
    path = tmp_path / "mine.py"
    text = PROGRAM.replace("for n", f"{bias}\nfor n").replace("z1 = X @ w1", "z1 = X @ w1 + b1")
    path.write_text(text, encoding="utf-8")
    assert check_file(path).verdict == BIASES[bias]
    if bias == "b1 = np.ones(4)":  # beside others that are changed it is forgotten
        text = text.replace("sigmoid(h @ w2)", "sigmoid(h @ w2 + b2)")
        text = text.replace("for n", "b2 = np.zeros(1)\nfor n")
        path.write_text(text + "    b2 = b2 - 0.5 * d2.sum(0)\n", encoding="utf-8")
        report = check_file(path)
        assert [mistake.name for mistake in report.mistakes] == ["bias-never-updated"]


FORGETFUL = """
v1, v2, b, c = 0 * w1, 0 * w2, np.zeros(4), 0.0
for n in range(20):
    h = sigmoid(X @ w1 + b)
    o = sigmoid(h @ w2)
    d2 = o - y
    d1 = (d2 @ w2.T) * slope(h)
    v1 = 0.9 * v1 + X.T @ d1
    v2 = 0.9 * v2 + h.T @ d2
    b = b - 0.1 * d1.sum(0)
    w1 = w1 - 0.1 * v1
    w2 = w2 - 0.1 * v2
"""
# what is worked out in every round and used nowhere: (what is written instead, the name, the line)
IDLE = [
    (("w2 = w2 - 0.1 * v2", "w2 = w2 - 0.1 * (h.T @ d2)"), "", 19),
    (("    b = b - 0.1 * d1.sum(0)", "    db = d1.sum(0)"), "bias-never-updated", 18),
]


@pytest.mark.parametrize(("change", "name", "line"), IDLE)
def test_what_is_worked_out_and_used_nowhere_is_not_right(tmp_path: Path, change, name, line):
    text = PROGRAM[: PROGRAM.index("for n")] + FORGETFUL
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    assert text.count(change[0]) == 1
    path.write_text(text.replace(*change), encoding="utf-8")
    report = check_file(path)
    assert report.verdict == "wrong"
    assert [m.name for m in report.mistakes] == [name] * bool(name)
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.where == f"line {line}"
