"""The worked example, alive: what is moved moves all that depends on it."""

import json
import math
import tomllib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.explain import WORKED, pass_of, read_example
from glassnet.studio.desk import Desk
from glassnet.studio.given import Given
from glassnet.studio.messages import Wish
from glassnet.studio.scenes.worked import WorkedScene, example_toml


def wish(verb: str, **fields: Any) -> Wish:
    return Wish(1, f"worked.{verb}", fields)


def values(record: Any, walk: int = 0) -> dict[str, float]:
    names = [quantity["address"] for quantity in record["quantities"]]
    return dict(zip(names, record["walks"][walk]["values"], strict=True))


def test_it_opens_with_the_tutorial_s_numbers(golden: Callable[[str], Any]):
    told = WorkedScene().open(wish("open"))
    found = values(told.record)
    assert math.isclose(found["loss"], 0.298371108760003, rel_tol=1e-12)
    assert math.isclose(found["new.W2[0,0]"], 0.358916479717885, rel_tol=1e-12)
    assert [walk["steps"] for walk in told.record["walks"]] == [0, 1, 2, 3, 4, 5, 10]


def test_a_dragged_weight_gives_what_a_pass_with_it_gives():
    scene = WorkedScene()
    names = [q["address"] for q in scene.open(wish("open")).record["quantities"]]
    dragged = dict(zip(names, scene.drag(wish("drag", address="W1[0,1]", value=-0.7)).values))
    fixed = scene.set(wish("set", address="W1[0,1]", value=-0.7))
    assert dragged == values(fixed.record)
    assert np.asarray(fixed.example.weights[0])[0, 1] == -0.7


def test_nothing_is_kept_of_a_drag():
    scene = WorkedScene()
    before = values(scene.open(wish("open")).record)
    scene.drag(wish("drag", address="x[0]", value=3.0))
    assert values(scene.more(wish("more")).record) == before


def test_a_number_changed_at_an_update_begins_there():
    scene = WorkedScene()
    scene.open(wish("open"))
    told = scene.set(wish("set", address="learning_rate", value=0.1, at=5))
    fifth = pass_of(WORKED, 5)
    assert math.isclose(values(told.record)["loss"], fifth.p.loss, rel_tol=1e-14)
    assert told.example.learning_rate == 0.1


def test_the_loss_along_a_weight_has_the_gradient_s_slope():
    along = WorkedScene().course(wish("course", address="W2[1,0]"))
    middle = along.x.index(along.here)
    assert math.isclose(along.loss[middle], along.loss_here, rel_tol=1e-12)
    slope = (along.loss[middle + 1] - along.loss[middle - 1]) / (
        along.x[middle + 1] - along.x[middle - 1]
    )
    assert math.isclose(slope, along.slope, rel_tol=0.05)


@pytest.mark.parametrize("address", ["a1[0]", "dW1[0,0]", "new.W1[0,0]", "loss"])
def test_what_is_computed_cannot_be_set(address: str):
    with pytest.raises(InputError, match="is computed"):
        WorkedScene().drag(wish("drag", address=address, value=1.0))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"address": "W9[0,0]", "value": 1.0}, "has no W9"),
        ({"address": "W1[7,0]", "value": 1.0}, "has no W1"),
        ({"address": "learning_rate", "value": -1.0}, "above 0"),
        ({"address": "nonsense!", "value": 1.0}, "no address"),
        ({"address": "W1[0,0]", "value": 1.0, "at": -1}, "whole number"),
    ],
)
def test_a_change_that_cannot_be_is_refused(fields: dict[str, Any], said: str):
    with pytest.raises(InputError, match=said):
        WorkedScene().set(wish("set", **fields))


def test_an_example_of_one_s_own_is_saved_and_read_by_walk(tmp_path: Any):
    scene = WorkedScene()
    scene.shape(wish("shape", sizes=[3, 4, 2], activations=["relu", "softmax"]))
    text = scene.toml(wish("toml")).text
    assert tomllib.loads(text)["activation"] == "relu"
    (tmp_path / "mine.toml").write_text(text)
    read = read_example(tmp_path / "mine.toml")
    assert pass_of(read, 0).p.loss == pass_of(scene.example, 0).p.loss
    again = WorkedScene()
    again.read(wish("read", text=text))
    assert again.example == read or example_toml(again.example) == example_toml(read)


def test_a_network_of_too_many_numbers_is_refused():
    sizes = [16, 16, 16, 16, 16, 16]
    with pytest.raises(InputError, match="at most"):
        WorkedScene().shape(wish("shape", sizes=sizes * 1, activations=["tanh"] * 5))


def test_the_curve_reaches_as_far_as_the_slider():
    scene = WorkedScene()
    scene.set(wish("set", address="W2[0,0]", value=-3.16))
    along = scene.course(wish("course", address="W2[0,0]"))
    assert (along.x[0], along.x[-1]) == (-7.0, 7.0)
    assert along.x[0] < along.here < along.x[-1]


def test_one_weight_s_update_alone_is_told_beside_all_of_them():
    scene = WorkedScene()
    told = values(scene.open(wish("open")).record)
    alone = scene.alone(wish("alone", address="new.W2[0,0]"))
    weights = [np.array(W) for W in WORKED.weights]
    weights[1][0, 0] = told["new.W2[0,0]"]
    a = np.array(WORKED.inputs)
    for W, b in zip(weights, WORKED.biases):
        a = 1 / (1 + np.exp(-(W @ a + np.array(b))))
    loss = np.sum((a - np.array(WORKED.targets)) ** 2) / 2
    assert math.isclose(alone.happened, loss - told["loss"], rel_tol=1e-9)
    assert math.isclose(alone.epsilon, told["new.W2[0,0]"] - 0.4, rel_tol=1e-9)
    for wrong in ("W2[0,0]", "new.W9[0,0]", "loss"):
        with pytest.raises(InputError):
            scene.alone(wish("alone", address=wrong))


def test_no_number_is_so_large_that_it_ends_the_page():
    told: list[Any] = []
    desk = Desk(Given(), told.append)
    desk.take('{"id": 1, "do": "worked.set", "address": "W2[0,0]", "value": 1e308}')
    desk.take('{"id": 2, "do": "worked.course", "address": "W2[0,0]"}')
    desk.take('{"id": 3, "do": "worked.nudge", "address": "W2[0,0]", "epsilon": 1e308}')
    kinds = [json.loads(each)["kind"] for each in told]
    assert kinds[:2] == ["worked", "refused"]
    assert "too large" in json.loads(told[1])["sentence"]
