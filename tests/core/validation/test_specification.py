"""A specification may come from anywhere: what does not fit is one InputError."""

import numpy as np
import pytest
from hostile_json import VALUES, changed
from hypothesis import example, given

from glassnet.core import activations, losses
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.network import Network
from glassnet.core.validation.specification import check_classes


def whole() -> Network:
    """A network with every kind of setting that a specification has."""
    row = [
        Dense(3, 4, {"name": "leaky_relu", "slope": 0.1}, bias="layer"),
        Dropout(0.25),
        Dense(4, 5, {"name": "elu", "alpha": 0.5}, initializer="orthogonal", bias="frozen"),
        Dense(5, 2, "identity", frozen=True),
    ]
    net = Network(row, {"name": "huber", "threshold": 0.3}, l1=0.1, l2=0.2, max_norm=3, seed=4)
    net.classes = ["ja", "nein"]
    return net


@given(spec=changed(whole().spec()) | VALUES)
@example(spec={**whole().spec(), "seed": [[]]})
@example(spec={**whole().spec(), "max_norm": 10**400})
@example(spec={**whole().spec(), "dtype": {"names": ["a"], "formats": ["f4"]}})
@example(spec={**whole().spec(), "draw": False})
def test_any_json_is_a_network_that_predicts_or_an_input_error(spec):
    for draw in (True, False):
        try:
            net = Network.from_spec(spec, draw=draw)
        except InputError:
            continue
        if net.n_in < 100:
            with np.errstate(all="ignore"):
                answers = net.predict_proba(np.ones((2, net.n_in)))
            assert answers.shape == (2, net.n_out)
            Network.from_spec(net.spec())


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("l1", float("nan")), ("l2", "0.1"), ("l2", 10**400), ("max_norm", float("inf")),
        ("max_norm", [1]), ("dtype", None), ("dtype", "int32"), ("seed", -1), ("seed", 1.5),
        ("seed", "5"), ("seed", True), ("classes", "ab"), ("classes", {"a": 1}), ("loss", 3),
        ("layers", None), ("layers", "dense"), ("layers", {}), ("layers", [3]), ("layers", [[]]),
        ("layers", []), ("depth", 3),
    ],
)  # fmt: skip
def test_an_entry_that_makes_no_sense_is_refused(entry, value):
    with pytest.raises(InputError):
        Network.from_spec({**whole().spec(), entry: value})


@pytest.mark.parametrize(
    ("number", "entry", "value"),
    [
        (0, "n_in", True), (0, "n_in", 3.0), (0, "n_in", "3"), (0, "n_in", 2**62),
        (0, "frozen", "no"), (0, "bias", ["layer"]), (0, "initializer", ["zeros"]),
        (0, "activation", {"name": "leaky_relu", "slope": "0.1"}),
        (0, "activation", {"name": "leaky_relu", "slope": None}),
        (0, "activation", {"name": "elu", "alpha": float("nan")}),
        (0, "activation", {"name": "elu", "alpha": 10**400}),
        (0, "W", [[0.0] * 3] * 4), (0, "b", [0.0]), (1, "rate", "0.5"), (1, "rate", 1),
        (1, "kind", "conv"), (1, "kind", ["dense"]),
    ],
)  # fmt: skip
def test_a_layer_that_makes_no_sense_is_refused(number, entry, value):
    spec = whole().spec()
    spec["layers"][number][entry] = value
    with pytest.raises(InputError):
        Network.from_spec(spec)


@pytest.mark.parametrize("make", [activations.LeakyReLU, activations.ELU, losses.Huber])
@pytest.mark.parametrize("value", ["1", None, True, [1.0], float("nan"), float("inf"), 10**400])
def test_a_setting_that_is_no_finite_number_is_refused(make, value):
    with pytest.raises(InputError, match="give a"):
        make(value)


@pytest.mark.parametrize(
    "classes",
    [
        [], "ab", 3, {"a": 1}, [None, None], ["a", 1], [1, True], [0.5, 1], [[1], [2]],
        ["a\0", "b"], [2**63, 0], [float("nan"), 1.0],
    ],
)  # fmt: skip
def test_labels_that_predict_would_give_as_others_are_refused(classes):
    with pytest.raises(InputError, match="classes"):
        check_classes(classes)


@pytest.mark.parametrize(
    "classes",
    [None, ["a", ""], ["\0a", "ü"], [3, -(2**63)], [False, True], [1.0, 2.0], np.array(["a", "b"])],
)
def test_labels_that_an_array_holds_are_taken(classes):
    check_classes(classes)
    if isinstance(classes, list):
        assert np.asarray(classes).tolist() == classes


def test_a_name_of_any_length_is_refused_in_a_short_sentence():
    with pytest.raises(InputError) as error:
        activations.get("relu" * 100_000)
    assert len(str(error.value)) < 500


def test_without_draws_a_network_is_zero_and_has_the_same_layout():
    drawn, empty = Network.from_spec(whole().spec()), Network.from_spec(whole().spec(), draw=False)
    assert not empty.theta.any()
    assert drawn.theta.any()
    assert drawn.spec() == empty.spec()
    assert drawn.n_learned == empty.n_learned
