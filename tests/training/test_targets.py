"""From a person's labels and numbers to what the network meets."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.training import encode


def classes_of(n: int) -> Network:
    return Network.dense([1, n], output="softmax")


@given(
    st.lists(st.sampled_from(["wren", "owl", "tit"]), min_size=3).filter(lambda y: len(set(y)) == 3)
)
def test_labels_become_their_places_among_the_sorted_classes(y):
    net = classes_of(3)
    numbers = encode(net, y)
    assert net.classes == ["owl", "tit", "wren"]
    assert [net.classes[i] for i in numbers] == y
    assert encode(net, y[:1]).tolist() == numbers[:1].tolist()  # known by now


@pytest.mark.parametrize(
    ("y", "classes", "numbers"),
    [
        ([5, -2, 5], [-2, 5], [1, 0, 1]),
        ([1, 0, 1], [0, 1], [1, 0, 1]),
        ([True, False, True], [0, 1], [1, 0, 1]),
        (np.array(["b", "a"], dtype=object), ["a", "b"], [1, 0]),
        (np.array([1, 1, 1]), [0, 1], [1, 1, 1]),  # a class may be missing
        (np.array([200, 3], dtype=np.uint8), [3, 200], [1, 0]),
    ],
)
def test_whole_numbers_booleans_and_objects_are_labels(y, classes, numbers):
    net = classes_of(2)
    assert encode(net, y).tolist() == numbers
    assert net.classes == classes
    assert all(type(label) in (int, str) for label in net.classes)


def test_one_sigmoid_output_stands_for_two_classes():
    net = Network.dense([1, 1], output="sigmoid", loss="binary_cross_entropy")
    assert encode(net, ["yes", "no", "yes"]).tolist() == [1, 0, 1]
    assert net.classes == ["no", "yes"]


def test_whole_numbers_are_numbers_where_one_output_predicts_them():
    net = Network.dense([1, 1])
    assert encode(net, [7, 9]).tolist() == [7, 9]
    assert net.classes is None


@pytest.mark.parametrize("y", [[0.5, 0.25], [[0.2, 0.8], [1.0, 0.0]]])
def test_numbers_stay_as_they_are(y):
    net = Network.dense([1, np.shape(y)[-1] if np.ndim(y) == 2 else 1])
    assert np.array_equal(encode(net, y), y)
    assert net.classes is None


@pytest.mark.parametrize(
    ("y", "says"),
    [
        (["a", "b", "c"], "3 different labels"),
        ([3, 3], "one label alone"),
        ([0, 9, 4], "3 different labels"),
        ([0.5, np.inf], "inf at row 1"),
        ([["a", "b"]], "numbers or labels"),
        ([None, "a"], "whole numbers or strings"),
        (["a", 1.5j], "a"),
    ],
)
def test_what_cannot_be_a_target_is_refused(y, says: str):
    net = classes_of(2)
    if says == "a":
        y = np.array(y, dtype=object)
    with pytest.raises(InputError, match=says):
        encode(net, y)
    assert net.classes is None


def test_a_label_that_training_did_not_know_is_refused():
    net = classes_of(2)
    encode(net, ["a", "b"])
    with pytest.raises(InputError, match="'c' at row 1"):
        encode(net, ["a", "c"])
