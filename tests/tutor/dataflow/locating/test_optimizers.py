"""An optimizer that is given right gradients and makes the wrong steps of them, at its line."""

from pathlib import Path

import pytest

from glassnet.tutor.check import check_file

pytestmark = pytest.mark.outside  # takes long: a program is run, and judged, in each

PROGRAM = """import numpy as np
rng = np.random.default_rng(3)
X = rng.normal(size=(24, 3))
y = (X[:, :1] * X[:, 1:2] > 0).astype(float)
p = {"W": rng.normal(size=(3, 5)), "b": np.zeros((1, 5)),
     "V": rng.normal(size=(5, 1)), "c": np.zeros((1, 1))}
m = {k: np.zeros_like(a) for k, a in p.items()}
v = {k: np.zeros_like(a) for k, a in p.items()}
rate, b1, b2, eps = 0.02, 0.9, 0.99, 1e-8
t = 0
for epoch in range(60):
    h = np.tanh(X @ p["W"] + p["b"])
    o = 1 / (1 + np.exp(-(h @ p["V"] + p["c"])))
    e = (o - y) / len(X)
    d = (e @ p["V"].T) * (1 - h * h)
    g = {"W": X.T @ d, "b": d.sum(axis=0, keepdims=True),
         "V": h.T @ e, "c": e.sum(axis=0, keepdims=True)}
    t += 1
    for k in p:
        m[k] = b1 * m[k] + (1 - b1) * g[k]
        v[k] = b2 * v[k] + (1 - b2) * g[k] ** 2
        mh = m[k] / (1 - b1 ** t)
        vh = v[k] / (1 - b2 ** t)
        p[k] = p[k] - rate * mh / (np.sqrt(vh) + eps)
"""
# (what is written instead, the line, what an optimizer's slip is called)
WRONG = [
    (("vh = v[k] / (1 - b2 ** t)", "vh = v[k] / (1 - b2) ** t"), 23, "adam-correction"),
    (("vh = v[k] / (1 - b2 ** t)", "vh = v[k]"), 24, "adam-one-moment-uncorrected"),
    (("np.sqrt(vh) + eps", "vh + eps"), 24, "adam-root-lost"),
    (("    t += 1\n    for k in p:\n", "    for k in p:\n        t += 1\n"), 19, "adam-correction"),
    (("b1 * m[k] + (1 - b1) * g[k]", "(1 - b1) * m[k] + b1 * g[k]"), 20, "moment-shares-swapped"),
    (("rate * mh /", "rate * g[k] ** 2 /"), 24, "step-by-squares"),
    (('"b": d.sum(axis=0, keepdims=True)', '"b": d.sum()'), 16, "gradient"),
    (("(1 - h * h)", "(1 - h)"), 15, "gradient"),
]


@pytest.mark.parametrize(("change", "line", "said"), WRONG)
def test_a_slip_is_told_at_its_line(tmp_path: Path, change, line, said):
    assert PROGRAM.count(change[0]) == 1
    path = tmp_path / "mine.py"
    path.write_text(PROGRAM.replace(*change), encoding="utf-8")
    report = check_file(path)
    assert report.verdict == "wrong"
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.where == f"line {line}"
    if said != "gradient":
        assert [mistake.name for mistake in report.mistakes] == [said] * bool(said)
        assert "t counts the updates" in report.reason


@pytest.mark.parametrize("rule", ["adam", "no correction", "rmsprop", "adagrad"])
def test_the_usual_ones_are_right(tmp_path: Path, rule):
    text = PROGRAM
    if rule == "no correction":
        text = text.replace("mh = m[k] / (1 - b1 ** t)", "mh = m[k]")
        text = text.replace("vh = v[k] / (1 - b2 ** t)", "vh = v[k]")
    if rule in ("rmsprop", "adagrad"):
        text = text.replace("vh = v[k] / (1 - b2 ** t)", "vh = v[k]")
        text = text.replace("mh = m[k] / (1 - b1 ** t)", "mh = g[k]")
        text = text.replace("        m[k] = b1 * m[k] + (1 - b1) * g[k]\n", "")
    if rule == "adagrad":
        text = text.replace("b2 * v[k] + (1 - b2) * g[k] ** 2", "v[k] + g[k] ** 2")
    path = tmp_path / "mine.py"
    path.write_text(text, encoding="utf-8")
    assert check_file(path).verdict == "right"
