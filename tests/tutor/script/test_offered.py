"""Which other activations a script offers."""

import ast
from pathlib import Path

from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.script.offered import other_activations


def source_of(text):
    return PythonSource(Path("mine.py"), text, ast.parse(text))


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
