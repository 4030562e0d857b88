"""Reverse mode on recorded operations against central differences, one expression at a time."""

import math

import numpy as np
import pytest

from glassnet.tutor.dataflow.adjoints import Adjoints
from glassnet.tutor.dataflow.graph import recorded

START = "import math\nimport numpy as np\nA = np.arange(12.0).reshape(3, 4) / 7 + 0.3\n"
EXPRESSIONS = [
    "np.exp(-x) + np.log(x) * 2 - x / 3", "np.tanh(x) ** 2 + x ** 3", "1 / (1 + np.exp(-x))",
    "np.sqrt(x) * np.square(x) - np.abs(-x)", "x @ A + (A.T @ x.T).T", "np.dot(x, A).T",
    "np.einsum('ij,jk->ki', x, A)", "np.outer(x[0], x[1])", "np.inner(x, x)", "x.sum(0) * x",
    "x / x.sum(axis=1, keepdims=True)", "np.exp(x) / np.sum(np.exp(x), axis=0)", "x - x.mean()",
    "(x - x.mean(axis=0)) / x.std(axis=0)", "x.var() + x.max(axis=1)", "np.maximum(x, 1) * x",
    "np.where(x > 1, x, 0.1 * x)", "x * (x > 1)", "np.clip(x, 0.5, 1.2)", "np.minimum(0.2 * x, x)",
    "np.concatenate([x, x[:1] * 2])", "np.hstack([x, np.ones((2, 1))]) ** 2", "x[:, ::-1] * x",
    "x[[0, 1, 1], [2, 0, 0]] * 3", "x.T.reshape(2, 3) * x.ravel()[2]", "np.linalg.norm(x) * x",
    "np.c_[x, x * x].T", "np.tile(x, 2) * np.repeat(x, 2, axis=1)", "np.prod(x) + np.log1p(x)",
    "np.array([[v * 2 for v in row] for row in x]) * x", "np.logaddexp(0, -x)", "x.copy().T * 2",
    "np.vdot(x, x) * x", "np.array([math.exp(v) for v in x[0]])", "np.expm1(x) + np.sin(x)",
    "np.tensordot(x, A, axes=1)", "np.insert(x, 0, 1, axis=1) ** 2", "np.stack([x, 2 * x]).sum(0)",
    "np.matmul(x[None], A[None])", "np.mean((x - 1) ** 2)", "np.subtract(x, 2, out=x * 1)",
]  # fmt: skip


def test_every_expression_has_the_slope_of_central_differences(tmp_path):
    path = tmp_path / "mine.py"
    x = np.array([[0.4, 1.3, 0.9], [1.7, 0.6, 1.1]])
    lines = "".join(f"y{n} = {text}\n" for n, text in enumerate(EXPRESSIONS))
    path.write_text(f"{START}x = 1.0 * np.array({x.tolist()})\n{lines}", encoding="utf-8")
    graph = recorded(path)
    named = {name: node for node, name in graph.names.items()}
    room = {"np": np, "math": math}
    exec(START, room)
    wrong = []
    for n, text in enumerate(EXPRESSIONS):
        y = named[f"y{n}"]
        weights = np.cos(np.arange(graph.value(y).size)).reshape(graph.value(y).shape)
        live = graph.descendants([named["x"]])
        got = Adjoints(graph, {y: weights}, live, set()).of.get(named["x"])
        if got is None or not np.allclose(
            got, differences(text, x, weights, room), rtol=1e-6, atol=1e-8
        ):
            wrong.append(text)
    assert wrong == [], wrong


def differences(text, x, weights, room):
    found = np.zeros_like(x)
    for index in np.ndindex(x.shape):
        for side in (1, -1):
            moved = x.copy()
            moved[index] += side * 1e-6
            found[index] += side * np.sum(weights * eval(text, room, {"x": moved})) / 2e-6
    return found


@pytest.mark.parametrize("text", ["np.maximum(x, 0)", "np.maximum(0, x)", "x * (x > 0)"])
def test_at_zero_either_slope_of_relu_may_be_asked_for(tmp_path, text):
    path = tmp_path / "mine.py"
    path.write_text(f"import numpy as np\nx = 1.0 * np.zeros(3)\ny = {text}\n", encoding="utf-8")
    graph = recorded(path)
    named = {name: node for node, name in graph.names.items()}
    live = graph.descendants([named["x"]])
    for tie in (0, 1):
        found = Adjoints(graph, {named["y"]: np.ones(3)}, live, set(), tie).of[named["x"]]
        assert found.tolist() == [tie] * 3
