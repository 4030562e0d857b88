"""The mean of networks: a network that answers as they do in the mean, and knows its members."""

from typing import Any

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.training.ensemble import mean_of, member_of, members_in

CASES: dict[str, dict[str, Any]] = {
    "classes": {"sizes": [3, 5, 4, 3], "hidden": "relu", "output": "softmax"},
    "yes and no": {"sizes": [3, 4, 1], "hidden": "tanh", "output": "sigmoid"},
    "a number": {"sizes": [3, 4, 1], "hidden": "gelu"},
    "no hidden layer": {"sizes": [3, 2], "output": "softmax"},
    "dropout": {"sizes": [3, 5, 5, 2], "output": "softmax", "dropout": 0.4},
}


def several(count: int = 3, dtype: str = "float64", **given: Any) -> list[Network]:
    nets = [Network.dense(**given, seed=seed, dtype=dtype) for seed in range(count)]
    rng = np.random.default_rng(5)
    for net in nets:
        net.theta[...] = rng.normal(size=net.theta.shape)
    return nets


@pytest.mark.parametrize("given", CASES.values(), ids=list(CASES))
def test_the_mean_answers_with_the_mean_of_the_last_weighted_sums(given: dict[str, Any]):
    nets = several(**given)
    x = np.random.default_rng(1).normal(size=(7, 3))
    z = sum(net.forward(x).dense[-1].z for net in nets) / len(nets)
    p = mean_of(nets).forward(x).dense[-1]
    np.testing.assert_allclose(p.z, z, rtol=1e-12, atol=1e-13)
    if given.get("output") == "softmax":
        np.testing.assert_allclose(p.a, np.exp(z) / np.exp(z).sum(axis=1, keepdims=True))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("count", [2, 5, 7])
@pytest.mark.parametrize("given", CASES.values(), ids=list(CASES))
def test_its_members_are_found_by_its_weights_alone(given: Any, count: int, dtype: str):
    nets = several(count, dtype, **given)
    both = mean_of(nets)
    both.classes = ["no", "yes"] if both.n_out == 1 else None
    assert members_in(both) == count
    for number, net in enumerate(nets, start=1):
        found = member_of(both, number)
        np.testing.assert_array_equal(found.theta, net.theta)
        assert found.classes == both.classes
        assert found.dense_layers[-1].activation == net.dense_layers[-1].activation


def test_the_loss_of_the_mean_is_at_most_the_mean_loss():
    nets = several(**CASES["classes"])
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(50, 3)), rng.integers(0, 3, 50)
    losses = [net.measure(net.forward(x), y).loss for net in nets]
    both = mean_of(nets)
    assert both.measure(both.forward(x), y).loss <= np.mean(losses)


def test_a_network_of_its_own_is_the_mean_of_no_others():
    net = several(1, **CASES["classes"])[0]
    assert members_in(net) == 1
    assert mean_of([net]) == net
    both = mean_of(several(**CASES["classes"]))
    both.dense_layers[1].W[0, -1] = 1e-3  # something passes from one to another
    assert members_in(both) == 1
    with pytest.raises(InputError, match="is one, not the mean of several"):
        member_of(both, 1)


def test_what_is_not_of_one_form_has_no_mean():
    nets = several(**CASES["classes"])
    with pytest.raises(InputError, match="there is no network"):
        mean_of([])
    with pytest.raises(InputError, match="number 2 has another layers"):
        mean_of([nets[0], Network.dense([3, 4, 3], output="softmax", dtype="float64")])
    other = nets[1].copy()
    other.classes = ["a", "b", "c"]
    with pytest.raises(InputError, match="number 2 has another classes"):
        mean_of([nets[0], other])
    with pytest.raises(InputError, match=r"no member 4.*members 1 to 3"):
        member_of(mean_of(nets), 4)
