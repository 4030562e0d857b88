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
]


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
