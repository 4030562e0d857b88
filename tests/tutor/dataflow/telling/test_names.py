"""Parameters are called as the learner wrote them, and told apart where one name is of several."""

import pytest

from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judge
from glassnet.tutor.dataflow.telling.names import grouped

BEGIN = """
import numpy as np
rng = np.random.default_rng(3)
X, Y = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
"""
DICTIONARY = """
net = {}
for l in (1, 2):
    net[f"W{l}"] = rng.normal(size=(3, 3))
    net["b" + str(l)] = np.zeros(3)
for epoch in range(90):
    h = np.tanh(X @ net["W1"] + net["b1"])
    d2 = (h @ net["W2"] + net["b2"] - Y) / 6
    d1 = d2 @ net["W2"].T * (1 - h * h)
    grads = dict(W1=X.T @ d1, b1=d1.sum(0), W2=h.T @ d2, b2=d2.sum(0))
    for name in net:
        net[name] STEP
"""
LAYERS = """
class Dense:
    def __init__(self, n):
        self.w = rng.normal(size=(n, 3))
    def forward(self, x):
        self.x = x
        return x @ self.w
    def backward(self, g):
        gx = g @ self.w.T
        self.w -= 0.1 * self.x.T @ g
        return gx
layers = [Dense(SIZE), Dense(3)]
for epoch in range(90):
    h = np.tanh(layers[0].forward(X))
    d = (layers[1].forward(h) - Y) / 6
    layers[0].backward(layers[1].backward(d) * (1 - h * h))
"""


@pytest.fixture
def explained(tmp_path):
    def run(text):
        path = tmp_path / "mine.py"
        path.write_text(BEGIN + text, encoding="utf-8")
        return judge(recorded(path)).explained

    return run


@pytest.mark.parametrize("step", ["-= 0.1 * grads[name]", "= net[name] - 0.1 * grads[name]"])
def test_a_key_that_is_computed_is_told_by_its_value(explained, step):
    told = explained(DICTIONARY.replace("STEP", step))
    assert sorted(told) == ["net['W1']", "net['W2']", "net['b1']", "net['b2']"]


def test_a_name_is_what_was_written(explained):
    """Not the tape's own call, which stands in the tree once it is rewritten."""
    kept = LAYERS.replace("layers = [", "keep = {}\nkeep['net'] = [").replace("SIZE", "3")
    step, slope = "        self.w -= 0.1 * self.x.T @ g\n", "        self.g = self.x.T @ g\n"
    text = kept.replace("layers[", "keep['net'][").replace(step, slope)
    text += "    for i in (0, 1):\n        own = keep['net'][i]\n"
    text += "        keep['net'][i].w = keep['net'][i].w - 0.1 * own.g\n"
    told = explained(text)
    assert all(name.startswith("keep['net'][i].w (") for name in told)
    assert "_glassnet" not in str(told)


def test_arrays_of_one_name_are_told_by_their_shapes_or_by_their_order(explained):
    wide = LAYERS.replace("X)", "X[:, :2])").replace("SIZE", "2")
    assert set(explained(wide)) == {"self.w (of shape (2, 3))", "self.w (of shape (3, 3))"}
    assert set(explained(LAYERS.replace("SIZE", "3"))) == {
        "self.w (number 1 of 2 on the way forward)",
        "self.w (number 2 of 2 on the way forward)",
    }


def test_a_long_list_of_numbers_is_told_by_its_ends():
    assert grouped(f"w[{n}]" for n in range(9)) == ("w[0] … w[8]",)
    assert grouped(["w[0]", "b", "w[1]", "b"]) == ("w[0]", "w[1]", "b")
