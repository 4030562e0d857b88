"""Lines that train a network which a file only defines: they run, and they train it."""

import ast
from pathlib import Path

import numpy as np
import pytest

from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.watching.driver import driving_lines, other_activations

CLASS = """
class Net:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        self.calls, self.sizes = [], (n_in, n_hidden, n_out)
    def fit(self, X, y, epochs=1000):
        for _ in range(epochs):
            self.calls.append((X, y))
"""
STEPWISE = """
class Net:
    def __init__(self, layers):
        self.calls, self.sizes = [], layers
    def train_step(self, x, target):
        self.calls.append((x, target))
"""
HOLDS_DATA = """
class Net:
    def __init__(self, x, y):
        self.calls, self.sizes = [], (x, y)
    def backprop(self):
        self.calls.append("back")
    def feedforward(self):
        self.calls.append("forward")
"""
FUNCTION = """
calls = []
def gradient_descent(X, Y, alpha, iterations):
    calls.append((X, Y, alpha, iterations))
"""


def source_of(text):
    return PythonSource(Path("mine.py"), text, ast.parse(text))


def driven(text):
    """What stands after each of the ways to drive the file."""
    for lines in driving_lines(source_of(text)):
        names = {}
        exec(text + lines, names)
        yield names


def test_a_class_is_made_and_fitted_on_data_of_every_layout():
    ways = list(driven(CLASS))
    assert len(ways) == 7
    for names in ways:
        net = names["_net"]
        assert net.sizes in [(3, 4, 2), (3, 4, 1)]
        (X, y), *more = net.calls
        assert len(more) == 2  # three epochs
        assert {np.shape(X), np.shape(y)} & {(6, 3), (3, 6), (3,), (3, 1)}


def test_a_method_without_a_loop_is_called_three_times():
    names = next(driven(STEPWISE))
    assert names["_net"].sizes == [3, 4, 2]
    assert len(names["_net"].calls) == 3


def test_a_class_that_is_given_its_data_goes_forward_before_it_goes_back():
    names = next(driven(HOLDS_DATA))
    assert names["_net"].calls == ["forward", "back"] * 3


def test_a_function_gets_each_argument_by_its_name():
    names = next(driven(FUNCTION))
    ((X, Y, alpha, iterations),) = names["calls"]
    assert (X.shape, Y.shape, alpha, iterations) == ((6, 3), (6, 2), 0.1, 3)


@pytest.mark.parametrize(
    "text",
    ["x = 1\n", "def helper(a, b):\n    pass\n", "def train(X, y, wobble):\n    pass\n",
     "class Net:\n    def predict(self, x):\n        pass\n"],
)  # fmt: skip
def test_what_could_not_be_guessed_is_not_driven(text):
    assert list(driving_lines(source_of(text))) == []


def test_the_other_activations_that_a_script_offers_are_found():
    text = (
        "def act(z, kind):\n    if kind == 'sigmoid':\n        pass\n    elif kind == 'tanh':\n"
        "        pass\n    return {'relu': 1}[kind]\nact(1, 'tanh')\n"
    )
    assert set(other_activations(source_of(text))) == {("tanh", "sigmoid"), ("tanh", "relu")}


def test_a_default_is_what_is_asked_for_unless_a_call_says_otherwise():
    offered = "def act(z, kind='relu'):\n    return kind == 'tanh'\n"
    assert other_activations(source_of(offered)) == [("relu", "tanh")]
    assert other_activations(source_of(offered + "act(1, 'tanh')\n")) == []
