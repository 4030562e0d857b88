"""The map of a script's names, from a file and from comments; which kind of file it is."""

import ast

import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.check import read_map
from glassnet.tutor.skeleton.check import skeleton_style
from glassnet.tutor.skeleton.skeleton import skeleton


def test_a_map_is_a_line_for_each_name(tmp_path):
    path = tmp_path / "map.txt"
    path.write_text(
        "# which is which\n\nW1 = w_hidden\n b2=net.biases[1]  # the last\nrun = f(1); g()\n",
        encoding="utf-8",
    )
    assert read_map(path) == {"W1": "w_hidden", "b2": "net.biases[1]", "run": "f(1); g()"}


@pytest.mark.parametrize("line", ["W = w", "w1 = w", "W1", "W1 =", "z1 = a", "W1: w"])
def test_a_line_that_is_none_is_one_sentence_with_its_number(tmp_path, line):
    path = tmp_path / "map.txt"
    path.write_text(f"x = data\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError, match="line 2: expected a quantity and its name"):
        read_map(path)


@pytest.mark.parametrize("style", ["functions", "class"])
def test_a_skeleton_is_known_by_its_functions(style):
    tree = ast.parse(skeleton("mine.py", style))
    assert skeleton_style(tree) == style
    renamed = skeleton("mine.py", style).replace("self.weights1 =", "self.other =")
    assert skeleton_style(ast.parse(renamed)) == style


@pytest.mark.parametrize(
    "text",
    ["", "def forward(x):\n    pass\ndef loss(a, b):\n    pass\n",
     "class NeuralNetwork:\n    def predict(self):\n        pass\n",
     skeleton("mine.py", "class").replace("def train(self, a)", "def train(self)")],
)  # fmt: skip
def test_a_file_of_ones_own_is_no_skeleton(text):
    assert skeleton_style(ast.parse(text)) == ""
