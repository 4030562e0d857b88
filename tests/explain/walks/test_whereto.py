"""What a given number goes into, and whole arrays, beside what every formula of a walk names."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.explain import WORKED, GivenNumber, given_number, parse, pass_of, walk_of, whole_array


def asked(batch: int, bias="neuron"):
    rng = np.random.default_rng(3)
    layers = [gn.Dense(3, 2, "tanh", bias=bias), gn.Dense(2, 2, "sigmoid", bias=bias)]
    net = gn.Network(layers, "squared_error", seed=1, dtype="float64")
    return gn.ask(net, rng.normal(size=(batch, 3)), rng.uniform(size=(batch, 2)))


@pytest.mark.parametrize("ask", [pass_of(WORKED), asked(1), asked(3), asked(1, "layer")])
def test_a_given_number_goes_into_all_whose_formulas_name_it(ask):
    told = walk_of(ask, "").quantities
    others = [place for name in ("dx",) for place in ask.addresses(name)]
    if ask.batch > 1:  # each sample's loss, which a walk of a batch leaves out
        others += [parse(f"loss@{k}") for k in range(ask.batch)]
    every = [*told, *(ask.at(place) for place in others)]
    for answer in told:
        given = given_number(ask, answer)
        if isinstance(given, GivenNumber):
            named = {each.address for each in every if given.address in each.depends_on}
            goals = given.goes_into or {}
            assert set(goals) == named or len(goals) < given.goals <= len(named), given.address
            assert all(ask.at(name).value == value for name, value in goals.items())


def test_the_slope_of_a_given_number_is_what_a_nudge_finds():
    ask = pass_of(WORKED)
    for address in ("W1[0,0]", "x[1]", "W2[1,0]", "b1[0]"):
        given = given_number(ask, ask.at(address))
        assert isinstance(given, GivenNumber)
        moved = gn.explain.nudge(ask, address, 1e-6).happened / 1e-6
        assert given.slope_value == pytest.approx(moved, rel=1e-4)
    assert given_number(ask, ask.at("y[0]")).slope == ""


def test_a_whole_array_is_the_product_of_those_beside_it():
    told = whole_array(pass_of(WORKED), "dW1")
    arrays = dict(told.matrices)
    assert told.algebra == "dW1 = delta1 xᵀ"
    assert list(arrays) == ["delta1", "x", "dW1"]
    assert np.array_equal(np.outer(arrays["delta1"], arrays["x"]), told.values)
    assert whole_array(asked(3), "z1@2").values.shape == (2,)


@pytest.mark.parametrize("address", ["loss", "W1[0,0]"])
def test_a_single_number_is_no_array(address):
    with pytest.raises(InputError, match="is one number"):
        whole_array(pass_of(WORKED), address)
