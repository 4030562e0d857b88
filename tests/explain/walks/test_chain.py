"""The chain rule, link by link and path by path, sums to the gradient."""

import math
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from random_asks import passes

from glassnet.core.activations import Softmax
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.explain import Ask
from glassnet.explain.walks.chain import chain


def every_path(ask: Ask, layer: int, i: int, k: int) -> list[float]:
    """The product along each way from the loss to ∂L/∂z of neuron i, written out."""
    dense = ask.p.dense
    found = []
    for above in product(*(range(step.layer.n_out) for step in dense[layer:])):
        neurons = [i, *above]
        value = dense[-1].delta[k, neurons[-1]]
        for n, (low, high) in enumerate(pairwise(neurons), start=layer):
            step, W = dense[n - 1], ask.parameters[f"W{n + 1}"]
            mask = ask.masks[n][k] if n in ask.masks else np.ones(step.layer.n_out)
            if isinstance(step.layer.activation, Softmax):
                value *= sum(
                    W[high, p] * mask[p] * step.a[k, p] * ((p == low) - step.a[k, low])
                    for p in range(step.layer.n_out)
                )
            else:
                slope = step.layer.activation.df(step.z[k, low : low + 1], step.a[k, low : low + 1])
                value *= W[high, low] * mask[low] * slope[0]
        found.append(float(value))
    return found


@given(passes())
def test_the_paths_sum_to_the_gradient_and_the_largest_is_the_largest(ask: Ask):
    for layer, step in enumerate(ask.p.dense, start=1):
        for i, j in np.ndindex(step.layer.W_shape):
            made = chain(ask, f"dW{layer}[{i},{j}]")
            ways = [v * step.x[made.sample, j] for v in every_path(ask, layer, i, made.sample)]
            assert made.paths == len(ways)
            assert sum(ways) == pytest.approx(made.value, rel=1e-9, abs=1e-13)
            assert abs(made.largest.value) == pytest.approx(max(map(abs, ways)), abs=1e-14)
            assert made.largest.value == pytest.approx(
                math.prod(v for _, v in made.largest.factors), rel=1e-12
            )
            assert made.links[0].value == made.value


def worked(batch: int = 1) -> Ask:
    row = [Dense(2, 3, "tanh"), Dense(3, 4, "relu"), Dense(4, 2, "sigmoid")]
    net = Network(row, "squared_error", dtype="float64")
    return Ask(net, np.ones((batch, 2)) * np.arange(1, batch + 1)[:, None], np.zeros((batch, 2)))


def test_a_chain_tells_the_general_rule_before_its_numbers():
    made = chain(worked(), "dW1[2,1]")
    assert made.paths == 8
    assert [link.address for link in made.links][:2] == ["dW1[2,1]", "delta1[2]"]
    assert made.links[0].general == ("∂L/∂W1[2,1] = ∂L/∂z1[2] · ∂z1[2]/∂W1[2,1], and ∂z/∂W = x[1]")
    assert made.links[1].general == (
        "∂L/∂z1[2] = ∂L/∂a1[2] · f′(z1[2]), and ∂L/∂a1[2] = Σₘ ∂L/∂z2[m] · W2[m,2]"
    )
    assert made.largest.neurons[-1] == "z1[2]"
    assert len(made.largest.factors) == 4


def test_of_a_batch_the_sample_that_counts_most_is_taken_unless_one_is_named():
    ask = worked(3)
    shares = [abs(ask.at(f"dW1[0,0]@{k}").value) for k in range(3)]
    assert chain(ask, "dW1[0,0]").sample == int(np.argmax(shares))
    assert chain(ask, "dW1[0,0]@1").address == "dW1[0,0]@1"
    assert chain(ask, "db3[1]@2").links[0].general.endswith("∂z/∂b = 1")
    assert chain(ask, "delta2[3]@0").links[0].address == "delta2[3]@0"


@pytest.mark.parametrize(
    ("address", "says"),
    [("W1[0,0]", "has no chain"), ("z1[0]", "has no chain"), ("dW1[9,0]", "lies outside"),
     ("dW4[0,0]", "the layers are 1 to 3"), ("new.W1[0,0]", "has no chain"),
     ("dW1[0,0]@7", "there are 0 to 0")],
)  # fmt: skip
def test_what_has_no_chain_is_refused(address: str, says: str):
    with pytest.raises(InputError, match=says):
        chain(worked(), address)
