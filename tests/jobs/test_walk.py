"""Passes to walk through as a job: of examples, of models, of runs, and what goes with which."""

from pathlib import Path

import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.explain import WORKED
from glassnet.jobs.walk import page_steps, passes, published_numbers, walks


def test_of_an_example_a_page_has_the_passes_before_too():
    found = passes(steps=12, paged=True)
    assert [one.step for one in found] == page_steps(12) == [0, 1, 2, 3, 4, 5, 10, 12]
    assert {one.title for one in found} == {WORKED.name}
    (alone,) = passes(steps=12)
    assert alone.ask.at("loss").value == found[-1].ask.at("loss").value


def test_biases_are_learned_as_is_usual_with_the_example_or_as_is_said():
    moved = {
        bias: passes("scikit-learn", steps=1, bias=bias)[0].ask.at("b1[0]").value
        for bias in (None, "neuron", "frozen")
    }
    assert moved[None] == moved["neuron"] != moved["frozen"] == 0.1


def test_a_pass_of_too_many_numbers_is_asked_one_by_one(tmp_path: Path):
    model = tmp_path / "m.safetensors"
    gn.Network.dense([64, 60, 10]).save(model)
    found = passes(str(model), "digits", row=3)
    assert found[0].ask.at("a2[0]").value > 0
    with pytest.raises(InputError, match="too many quantities"):
        walks(found)


def test_a_published_example_alone_has_published_numbers(tmp_path: Path):
    told = published_numbers("scikit-learn")
    assert told is not None
    assert told.name == "scikit-learn"
    assert published_numbers(None) is published_numbers(str(tmp_path)) is None


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"steps": -1}, "from 0 up"),
        ({"data": "iris"}, "go with a model"),
        ({"row": 1}, "go with a model"),
        ({"source": "wroked"}, "worked"),
    ],
)
def test_what_does_not_go_together_is_refused(asked, says: str):
    with pytest.raises(InputError, match=says):
        passes(**asked)
