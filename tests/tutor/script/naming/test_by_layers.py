"""An update read layer by layer: a mistake in one layer, two in one program, or none known."""

from dataclasses import replace

import numpy as np
import pytest

from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.script.naming.by_layers import read_by_layers
from glassnet.tutor.script.naming.rivals import Observed, wrongly
from glassnet.tutor.textbook import TEXTBOOK, compute, random_case

CASE = replace(
    random_case((4, 5, 3, 2), 6, np.random.default_rng(7), hidden="sigmoid", natural=True),
    learning_rate=1.0,
)
FIRST = {"derivative-is-a", "hidden-slope-of-activation"}  # of a sigmoid: the same numbers


def updated(rate=0.3, **wrong_in):
    """What a pass moves that computes some steps wrongly in some layers: rule={layer: mistake}."""

    def rule(name, by_layer):
        def computed(p, l):
            wrong = l in by_layer and mistake_named(by_layer[l]).changes[name]
            return (wrong or getattr(TEXTBOOK, name))(p, l)

        return computed

    rules = TEXTBOOK.changed({name: rule(name, own) for name, own in wrong_in.items()})
    p = compute(replace(CASE, learning_rate=rate), rules)[0]
    dW = [old - new for old, new in zip(p.W[1:], p.new_W[1:])]
    db = [old - new for old, new in zip(p.b[1:], p.new_b[1:])]
    return Observed(CASE, dW, db)


def named(observed):
    return [{m.name for m in each.mistakes} for each in read_by_layers(observed)]


@pytest.mark.parametrize("layer", [1, 2])
def test_a_mistake_in_one_layer_alone_is_named_with_its_layer(layer):
    observed = updated(slope={layer: "derivative-is-a"})
    assert wrongly(observed) == ([], None)
    readings = read_by_layers(observed)
    assert {m.name for each in readings for m in each.mistakes} == FIRST
    assert {each.found[0].layer for each in readings} == {layer}


def test_one_update_of_many_that_adds_is_named():
    for layer in (1, 2, 3):
        readings = read_by_layers(updated(new_weights={layer: "update-adds"}))
        assert [m.name for m in readings[0].mistakes] == ["update-adds"]
        assert readings[0].found[0].layer == layer


def test_two_mistakes_are_told_from_the_output_back():
    observed = updated(slope={2: "derivative-is-a"}, bias_gradient={1: "bias-gradient-one-number"})
    (first, *_), *_ = (each.mistakes for each in read_by_layers(observed))
    assert first.name in FIRST
    assert {"derivative-is-a", "bias-gradient-one-number"} in named(observed)


def test_a_mistake_is_told_though_what_lies_behind_is_unknown():
    observed = updated(slope={2: "derivative-is-a"})
    cubed = replace(observed, dW=[observed.dW[0] ** 3, *observed.dW[1:]])
    readings = read_by_layers(cubed)
    assert {m.name for each in readings for m in each.mistakes} == FIRST
    assert {each.left for each in readings} == {1}


def test_what_is_right_up_to_something_unknown_has_no_name():
    observed = updated()
    cubed = replace(observed, dW=[observed.dW[0] ** 3, *observed.dW[1:]])
    assert read_by_layers(observed) == read_by_layers(cubed) == []
