"""What a function that trains is given: by names, and where those are silent by what is wanting."""

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.trying.plans import plans_for

NET = """
class Net:
    def __init__(self, {made}):
        self.W = 1

    def train(self, {given}):
        for _ in range(3):
            self.W = self.W + 1
"""


def first_line(text: str) -> str:
    """The first plan for a program, as it would be written, sizes and data still to be put in."""
    text = dedent(text)
    plans = plans_for(PythonSource(Path("net.py"), text, ast.parse(text)), "")
    return "; ".join([*plans[0].made, *plans[0].trains]) if plans else ""


@pytest.mark.parametrize(
    ("given", "call"),
    [
        ("X, yd, epochs=1000", "net.train($X, $y, epochs=3)"),  # a name that says nothing
        ("data, v", "net.train($X, $y)"),  # data beside it are the inputs alone
        ("q, y", "net.train($X, $y)"),
        ("first, second", "net.train($X, $y)"),
        ("X, y, lr", "net.train($X, $y, 0.1)"),  # nothing is left to guess
    ],
)
def test_a_silent_name_of_a_training_is_what_is_wanting_still(given: str, call: str):
    line = first_line(NET.format(made="n_in, n_hidden, n_out", given=given))
    assert line == f"net = Net($inputs, $hidden, $outputs); {call}"


def test_a_silent_name_is_guessed_in_a_training_alone():
    program = NET.format(made="n_in, n_hidden, n_out", given="a_1, b_1").replace("train", "mix")
    assert first_line(program) == ""


def test_one_silent_size_is_that_of_the_hidden_layer_and_of_such_layers_there_is_one():
    line = first_line(NET.format(made="x, y, n, hlayers", given="epochs"))
    assert line == "net = Net($X, $y, $hidden, 1); net.train(3)"


def test_a_training_that_makes_its_own_data_is_called_as_it_is():
    line = first_line("""
        def fit_a_sine(hidden_size, learning_rate, num_epochs, batch_size):
            for _ in range(num_epochs):
                pass
        """)
    assert line == "fit_a_sine($hidden, 0.1, 3, 4)"


def test_a_list_of_layers_is_made_from_what_they_are_asked_for():
    line = first_line("""
        class Net:
            def start(self, plan):
                for layer in plan:
                    self.size = layer["units_in"], layer["units_out"]

            def train(self, X, y, plan, epochs):
                self.start(plan)
                for i, layer in enumerate(plan):
                    self.f = layer["activation"]
        """)
    layers = (
        "[{'units_in': $inputs, 'units_out': $hidden, 'activation': 'sigmoid'}, "
        "{'units_in': $hidden, 'units_out': $outputs, 'activation': 'sigmoid'}]"
    )
    assert line == f"net = Net(); net.train($X, $y, {layers}, 3)"


def test_a_list_whose_entries_ask_for_something_unknown_is_not_made():
    line = first_line("""
        def train(X, y, plan):
            for each in plan:
                print(each["units_out"], each["colour"])
        """)
    assert line == ""
