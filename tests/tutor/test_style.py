"""Remarks on style: loops that one line would do, parameters that nobody reads."""

import ast
from pathlib import Path

import pytest

from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.style import MOST, ignored_parameters, style_remarks


def source_of(text):
    return PythonSource(Path("mine.py"), text, ast.parse(text))


LOOPS = {
    "for i in range(3):\n    for j in range(2):\n        z[i] += W[i][j] * a[j]\n": "W @ a",
    "for i in range(3):\n    for j in range(2):\n        s += W[i, j] * a[j]\n": "W @ a + b",
    "for i in range(3):\n    for j in range(2):\n        W[i][j] -= lr * d[i] * a[j]\n": "np.outer",
}  # fmt: skip
NONE = [
    "for epoch in range(3):\n    W -= lr * dW\n",
    "for x, y in data:\n    loss += (x - y) ** 2\n",
    "for i in range(3):\n    count += 1\n",
    "total = sum(w * x for w, x in zip(W, X))\n",
]


@pytest.mark.parametrize("text", LOOPS)
def test_a_loop_over_entries_has_the_line_that_would_do(text):
    (remark,) = style_remarks(source_of(text))
    assert LOOPS[text] in remark
    assert remark.startswith("line ")
    assert "`" in remark


@pytest.mark.parametrize("text", NONE)
def test_other_loops_have_none(text):
    assert style_remarks(source_of(text)) == []


def test_there_are_a_few_remarks_and_no_more():
    text = "".join(next(iter(LOOPS)).replace("z", f"z{n}") for n in range(9))
    assert len(style_remarks(source_of(text))) == MOST


def test_a_setting_that_is_taken_and_never_read_is_told_with_its_line():
    text = (
        "def train(X, learning_rate, epochs=3, *, verbose=False):\n"
        "    for _ in range(epochs):\n        X = X - 0.1\n    return X\n"
        "def interface(momentum):\n    raise NotImplementedError\n"
        "def closure(lr):\n    def step():\n        return lr\n    return step\n"
    )
    ((place, name),) = ignored_parameters(source_of(text))
    assert (place.where, name) == ("line 1", "learning_rate")
    assert place.source.startswith("def train(X, learning_rate")
