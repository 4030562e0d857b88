"""Slips in what is made of right gradients, and beside a penalty: each by its name, at its line."""

from pathlib import Path

import pytest

from glassnet.tutor.check import check_file

pytestmark = pytest.mark.outside  # takes long: a program is run, and judged, in each

MOMENTUM = """import numpy as np
rng = np.random.default_rng(5)
X = rng.normal(size=(24, 3))
Y = np.eye(3)[X.argmax(axis=1)]
W, b = rng.normal(size=(3, 6)), np.zeros(6)
V, c = rng.normal(size=(6, 3)), np.zeros(3)
speeds = [np.zeros_like(a) for a in (W, b, V, c)]
mu, decay = 0.8, 0.01
rate = 0.2
for epoch in range(40):
    h = np.tanh(X @ W + b)
    e = np.exp(h @ V + c)
    p = e / e.sum(axis=1, keepdims=True)
    d2 = (p - Y) / len(X)
    d1 = d2 @ V.T * (1 - h * h)
    slopes = [X.T @ d1, d1.sum(axis=0), h.T @ d2, d2.sum(axis=0)]
    speeds = [mu * s - rate * g for s, g in zip(speeds, slopes)]
    W = W + speeds[0]
    b = b + speeds[1]
    V = V + speeds[2]
    c = c + speeds[3]
"""
PENALTY = """import numpy as np
rng = np.random.default_rng(6)
X = rng.normal(size=(20, 3))
Y = np.eye(4)[rng.integers(0, 4, 20)]
W1, b1 = rng.normal(size=(3, 5)), np.zeros(5)
W2, b2 = rng.normal(size=(5, 5)), np.zeros(5)
W3, b3 = rng.normal(size=(5, 4)), np.zeros(4)
rate, strength = 0.1, 0.03
for epoch in range(40):
    z1 = X @ W1 + b1
    a1 = np.tanh(z1)
    z2 = a1 @ W2 + b2
    a2 = np.tanh(z2)
    e = np.exp(a2 @ W3 + b3)
    p = e / e.sum(axis=1, keepdims=True)
    d3 = (p - Y) / len(X)
    d2 = d3 @ W3.T * (1 - a2 ** 2)
    d1 = d2 @ W2.T * (1 - a1 ** 2)
    W3 = W3 - rate * (a2.T @ d3 + strength * W3)
    W2 = W2 - rate * (a1.T @ d2 + strength * W2)
    W1 = W1 - rate * (X.T @ d1 + strength * W1)
    b3 = b3 - rate * d3.sum(axis=0)
    b2 = b2 - rate * d2.sum(axis=0)
    b1 = b1 - rate * d1.sum(axis=0)
"""
# (program, what stands there, what instead, its line, what is said)
SLIPS = [
    (MOMENTUM, "W = W + speeds[0]", "W = mu * W + speeds[0]", 18, "momentum-on-weights"),
    (MOMENTUM, "[mu * s - rate", "[-mu * s - rate", 18, "momentum-sign"),
    (MOMENTUM, "    speeds = [mu * s", "    moved = [mu * s", 17, "moment-not-kept"),
    (MOMENTUM, "b = b + speeds[1]", "b = speeds[1]", 17, "bias-replaced"),
    (PENALTY, "b2 = b2 - rate *", "b2 = -rate *", 23, "bias-replaced"),
    (MOMENTUM, "W = W + speeds[0]", "W = W + rate * speeds[0]", 18, "rate-twice"),
    (MOMENTUM, "    h = np", "    rate = rate * (1 + decay)\n    h = np", 11, "rate-decay-grows"),
    (PENALTY, "d2 @ W2.T * (1 - a1 ** 2)", "d2 @ W2 * (1 - a1 ** 2)", 18,
     "hidden-weights-not-transposed"),
    (PENALTY, "d2 @ W2.T * (1 - a1 ** 2)", "d2 @ W2.T * (1 - a2 ** 2)", 18,
     "hidden-slope-of-next-layer"),
    (PENALTY, "rate * d2.sum(axis=0)", "rate * d1.sum(axis=0)", 23, "wrong-gradient-for-layer"),
    (PENALTY, "rate * d2.sum(axis=0)", "rate * d2.mean(axis=0)", 23, "divided-twice"),
]  # fmt: skip


@pytest.mark.parametrize(("program", "old", "new", "line", "name"), SLIPS,
                         ids=[each[-1] for each in SLIPS])  # fmt: skip
def test_a_slip_is_named_at_its_line(tmp_path: Path, program, old, new, line, name):
    assert program.count(old) == 1
    text = program.replace(old, new)
    if name == "moment-not-kept":
        text = text.replace("+ speeds[", "+ moved[")
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    report = check_file(path)
    assert [mistake.name for mistake in report.mistakes] == [name]
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.where == f"line {line}"


@pytest.mark.parametrize("program", [MOMENTUM, PENALTY], ids=["momentum", "penalty"])
def test_without_it_the_program_is_right(tmp_path: Path, program):
    path = tmp_path / "mine.py"
    path.write_text(program, encoding="utf-8")
    assert check_file(path).verdict == "right"


def test_weights_that_lose_a_fifth_of_themselves_in_each_step_are_not_called_right(tmp_path: Path):
    path = tmp_path / "mine.py"
    text = PENALTY.replace("strength = 0.1, 0.03", "strength = 0.1, 2.0")
    path.write_text(text, encoding="utf-8")
    report = check_file(path)
    assert report.verdict == "in part"
    assert "takes 0.2 of W" in report.partly


def test_a_layer_that_goes_on_to_no_output_is_told(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text(PENALTY.replace("a2 = np.tanh(z2)", "a2 = np.tanh(z1)"), encoding="utf-8")
    report = check_file(path)
    assert report.verdict == "wrong"
    assert report.wrong.place.where == "line 12"
    assert "takes nothing of it" in report.reason


def test_labels_that_no_output_stands_for_are_told(tmp_path: Path):
    path = tmp_path / "mine.py"
    labels = "labels = X.argmax(axis=1) + 1\nY = (labels[:, None] == np.arange(3)).astype(float)"
    text = MOMENTUM.replace("Y = np.eye(3)[X.argmax(axis=1)]", labels)
    text = text.replace("e / e.sum(axis=1, keepdims=True)", "e / (1 + e)")
    path.write_text(text, encoding="utf-8")
    report = check_file(path)
    assert report.verdict == "in part"
    assert "classes count from 0" in report.partly
