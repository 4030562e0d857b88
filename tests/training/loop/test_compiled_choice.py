"""Which way a training goes, compiled or by NumPy: by sizes alone, or as it was asked for."""

import pytest

import glassnet as gn
from glassnet.training import Settings
from glassnet.training.loop.compiled import choice
from glassnet.training.loop.compiled.choice import kernels_for, seconds_by_numpy


class Made:
    """What decides, without numba."""

    activations = frozenset(["relu", "tanh"])

    def __init__(self, wanted=None, there=True):
        self.wanted, self.there, self.said = wanted, there, []
        self.missing = "numba: install it"

    def kernels(self):
        return "kernels"

    def say(self, sentence):
        self.said.append(sentence)


LONG = {"epochs": 20_000, "batch_size": 10}


def chosen_way(made, net=None, named=None, **given):
    net = gn.Network.dense([5, 8, 3], hidden="relu", output="softmax") if net is None else net
    settings = Settings(compiled=made, **(LONG | given))
    return kernels_for(net, settings.rule(), 1000, settings, named)


def test_only_a_long_training_is_compiled_by_itself():
    assert chosen_way(Made()) == "kernels"
    assert chosen_way(Made(), epochs=10) is None
    assert chosen_way(Made(True), epochs=10) == "kernels"
    assert chosen_way(Made(False)) is None
    assert chosen_way(None) is None
    assert chosen_way(Made(there=False)) is None
    assert chosen_way(Made(), record="somewhere") is None
    assert chosen_way(Made(True), record="somewhere") == "kernels"


def test_what_was_asked_for_and_is_not_there_is_one_sentence():
    with pytest.raises(gn.InputError, match=r"asked for, and need numba: install it\."):
        chosen_way(Made(True, there=False))


@pytest.mark.parametrize(
    ("given", "what"), [({"optimizer": "lbfgs"}, "L-BFGS has"), ({}, "parts of this network have")]
)
def test_what_has_no_compiled_form_goes_by_numpy_and_says_so(given, what):
    net = gn.Network.dense([5, 8, 3], hidden="softplus", output="softmax")
    wanted = Made(True)
    assert chosen_way(wanted, net, **given) is None
    assert wanted.said == [f"{what} no compiled form: the training goes by NumPy."]
    silent = Made()
    assert chosen_way(silent, net, **given) is None
    assert not silent.said


def test_a_checkpoint_is_gone_on_from_the_way_that_it_names():
    assert chosen_way(Made(), named="compiled", epochs=1) == "kernels"
    assert chosen_way(Made(), named="numpy") is None
    for made, told in (
        (Made(False), "off out"), (Made(there=False), "needs numba"), (None, "needs numba"),
    ):  # fmt: skip
        with pytest.raises(gn.InputError, match=told):
            chosen_way(made, named="compiled")
    with pytest.raises(gn.InputError, match="goes on so: leave --compiled on out"):
        chosen_way(Made(True), named="numpy")


def test_the_time_is_estimated_from_sizes_alone():
    small = gn.Network.dense([64, 32, 10])
    assert seconds_by_numpy(small, 1437, 32, 20) < choice.PAYS
    large = gn.Network.dense([784, 1024, 1024, 10])
    assert seconds_by_numpy(large, 60_000, 256, 10) > choice.PAYS
