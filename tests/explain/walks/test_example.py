"""Examples from a TOML file: the template is read back, and what is wrong is said in a sentence."""

import tomllib
from dataclasses import replace

import pytest

from glassnet.core.errors import InputError
from glassnet.explain import WORKED, example_template, read_example

GOOD = """
weights = [[[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], [[0.7, 0.8, 0.9]]]
biases = [[0.1, 0.2, 0.3], 0.5]
inputs = [1, 2.5]
targets = [0.5]
"""


def read(tmp_path, text: str):
    path = tmp_path / "mine.toml"
    path.write_text(text, encoding="utf-8")
    return read_example(path)


def test_the_template_is_the_worked_example(tmp_path):
    example = read(tmp_path, example_template())
    assert replace(example, name=WORKED.name) == WORKED


def test_what_the_template_offers_is_all_that_a_file_may_hold(tmp_path):
    text = example_template().replace('# output = "softmax"', 'output = "softmax"')
    text = text.replace('loss = "squared_error"', 'loss = "cross_entropy"')
    text = text.replace("[0.01, 0.99]", "[0, 1]")
    net = read(tmp_path, text).network()
    assert [d.activation.name for d in net.dense_layers] == ["sigmoid", "softmax"]
    assert net.loss.name == "cross_entropy"
    assert set(tomllib.loads(text)) == {
        "name", "inputs", "targets", "weights", "biases", "activation", "output", "loss",
        "learning_rate",
    }  # fmt: skip


def test_what_is_left_out_has_a_default(tmp_path):
    example = read(tmp_path, GOOD)
    assert example.name == "mine"
    assert example.activations == ["sigmoid", "sigmoid"]
    assert example.learning_rate == 0.5
    net = example.network()
    assert net.dense_layers[1].b.tolist() == [0.5]
    assert net.dtype == "float64"


def test_an_activation_with_settings_is_a_table(tmp_path):
    text = GOOD + 'activation = {name = "leaky_relu", slope = 0.2}\noutput = "identity"'
    first, last = read(tmp_path, text).network().dense_layers
    assert (first.activation.slope, last.activation.name) == (0.2, "identity")


def test_biases_are_frozen_learned_or_one_for_the_layer():
    net = WORKED.network()
    assert net.n_learned == 8
    assert WORKED.network("neuron").n_learned == 12
    assert WORKED.network("layer").n_learned == 10
    with pytest.raises(InputError, match="differ"):
        replace(WORKED, biases=[[0.1, 0.2], [0.6, 0.6]]).network("layer")


MALFORMED = {
    "no weights": GOOD.replace("weights", "# weights"),
    "no biases": GOOD.replace("biases", "# biases"),
    "no inputs": GOOD.replace("inputs", "# inputs"),
    "no targets": GOOD.replace("targets", "# targets"),
    "empty file": "",
    "empty weights": "weights = []\nbiases = []\ninputs = [1]\ntargets = [1]",
    "an empty layer": GOOD.replace("[[0.7, 0.8, 0.9]]", "[[]]"),
    "a layer without neurons": GOOD.replace("[[0.7, 0.8, 0.9]]", "[]"),
    "ragged weights": GOOD.replace("[0.3, 0.4]", "[0.3]"),
    "weights too flat": GOOD.replace("[[0.7, 0.8, 0.9]]", "[0.7, 0.8, 0.9]"),
    "weights too deep": GOOD.replace("[[0.7, 0.8, 0.9]]", "[[[0.7, 0.8, 0.9]]]"),
    "weights are a number": GOOD.replace("[[0.7, 0.8, 0.9]]", "3"),
    "strings for weights": GOOD.replace("0.7", '"0.7"'),
    "words for weights": GOOD.replace("0.7", '"much"'),
    "a truth for a weight": GOOD.replace("0.7", "true"),
    "NaN in the weights": GOOD.replace("0.7", "nan"),
    "infinity in the weights": GOOD.replace("0.7", "-inf"),
    "a huge whole number": GOOD.replace("0.7", "1" + "0" * 400),
    "NaN in the inputs": GOOD.replace("2.5", "nan"),
    "NaN in the biases": GOOD.replace("0.2, 0.3]", "nan, 0.3]"),
    "NaN in the targets": GOOD.replace("[0.5]", "[nan]"),
    "strings for inputs": GOOD.replace("2.5", '"2.5"'),
    "a string for all inputs": GOOD.replace("[1, 2.5]", '"1 2.5"'),
    "strings for biases": GOOD.replace("0.2, 0.3]", '"0.2", 0.3]'),
    "layers that do not fit": GOOD.replace("0.8, 0.9", "0.8"),
    "too few inputs": GOOD.replace("[1, 2.5]", "[1]"),
    "too many targets": GOOD.replace("[0.5]", "[0.5, 0.5]"),
    "too few biases": GOOD.replace("0.2, 0.3]", "0.2]"),
    "no biases in a list": GOOD.replace("[0.1, 0.2, 0.3]", "[]"),
    "biases of too few layers": GOOD.replace(", 0.5]", "]", 1).replace("0.3], 0.5]", "0.3]]"),
    "an unknown activation": GOOD + 'activation = "sigmoyd"',
    "a number for an activation": GOOD + "activation = 3",
    "a list for an activation": GOOD + 'activation = ["relu", "relu"]',
    "a table with a list for a name": GOOD + 'activation = {name = ["relu"]}',
    "an unknown setting of an activation": GOOD + 'activation = {name = "relu", slope = 1}',
    "an unknown output": GOOD + 'output = "softmix"',
    "an unknown loss": GOOD + 'loss = "squared"',
    "a number for a loss": GOOD + "loss = 3",
    "a loss that does not go with the output": GOOD + 'loss = "cross_entropy"',
    "targets outside the loss's": GOOD.replace("[0.5]", "[1.5]") + 'loss = "binary_cross_entropy"',
    "a rate of 0": GOOD + "learning_rate = 0",
    "a negative rate": GOOD + "learning_rate = -0.5",
    "NaN for a rate": GOOD + "learning_rate = nan",
    "a word for a rate": GOOD + 'learning_rate = "fast"',
    "an unknown entry": GOOD + "momentum = 0.9",
    "no TOML": "weights = [[",
    "a key twice": GOOD + "inputs = [1, 2]",
}


@pytest.mark.parametrize("text", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_file_is_refused_in_a_sentence(text: str, tmp_path):
    from glassnet.explain import walk

    assert text != GOOD
    with pytest.raises(InputError) as error:
        walk(read(tmp_path, text))
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path):
    for path, content in [("absent.toml", None), ("latin.toml", b"name = '\xe9'")]:
        if content is not None:
            (tmp_path / path).write_bytes(content)
        with pytest.raises(InputError, match=path):
            read_example(tmp_path / path)
    with pytest.raises(InputError, match="is a folder: expected TOML"):
        read_example(tmp_path)
