"""The walk: every number of the worked example, and of examples computed here by scalar loops."""

import math
from collections.abc import Mapping

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.optimizers import Adam
from glassnet.explain import WORKED, Ask, Example, Walk, read_example, walk, walk_of
from glassnet.explain.walks.walk import count


def by_address(made: Walk) -> dict[str, float]:
    """Every quantity, none of which is named twice."""
    values = {quantity.address: quantity.value for quantity in made.quantities}
    assert len(values) == len(made.quantities)
    return values


def flat(name: str, values) -> dict[str, float]:
    """{"W1": [[.15, .2]]} as {"W1[0,0]": .15, "W1[0,1]": .2}."""
    if not isinstance(values[0], list):
        return {f"{name}[{i}]": v for i, v in enumerate(values)}
    return {f"{name}[{i},{j}]": v for i, row in enumerate(values) for j, v in enumerate(row)}


def agree(ours: Mapping[str, float], golden: Mapping[str, float], rel: float) -> None:
    for address, value in golden.items():
        assert ours[address] == pytest.approx(value, rel=rel, abs=0), address


NAMES = {"z1": "z1", "h": "a1", "z2": "z2", "o": "a2", "d1": "delta1", "d2": "delta2",
         "g1": "dW1", "g2": "dW2"}  # fmt: skip
BIASES = [("frozen", "biases_frozen"), ("neuron", "biases_learned")]


@pytest.mark.parametrize(("bias", "key"), BIASES)
def test_the_worked_example_has_its_golden_numbers(golden, bias, key):
    numbers = golden("worked_example")[key]
    made = walk(WORKED, 0, bias)
    ours = by_address(made)
    for name, array in numbers["first_step"].items():
        if name == "E":
            agree(ours, {"loss": array}, 1e-14)
        else:
            agree(ours, flat(NAMES[name], array), 1e-14)
    for name, array in numbers["after_1"].items():
        agree(ours, flat(f"new.{name}", array), 1e-14)
    assert made.loss_after == pytest.approx(numbers["error_after_1"], rel=1e-14)
    agree(by_address(walk(WORKED, 1, bias)), {"loss": numbers["error_after_1"]}, 1e-14)


@pytest.mark.parametrize(("bias", "key"), BIASES)
def test_it_has_them_after_10_000_steps_too(golden, bias, key):
    numbers = golden("worked_example")[key]
    made = walk(WORKED, 10_000, bias)
    ours = by_address(made)
    for name, array in numbers["after_10000"].items():
        agree(ours, flat(name, array), 1e-10)
    agree(ours, flat("a2", numbers["output_after_10000"]), 1e-10)
    agree(ours, {"loss": numbers["error_after_10000"]}, 1e-10)
    assert made.loss == ours["loss"]
    assert made.prediction.tolist() == [ours["a2[0]"], ours["a2[1]"]]
    assert made.parameters["W2"][0, 1] == ours["W2[0,1]"]


def test_one_bias_for_the_layer_has_its_published_numbers():
    made = walk(WORKED, 10_000, "layer")
    # tests/golden/README.md
    assert made.prediction == pytest.approx([0.01210216, 0.98792839], abs=5e-9)
    assert made.loss == pytest.approx(4.3553211e-6, rel=1e-8)


# -- by scalar loops ----------------------------------------------------------------------


def sigmoid(v: float) -> float:
    return 1 / (1 + math.exp(-v))


def scalar_steps(steps: int, shared: bool) -> tuple[list, list, list, list]:
    """The worked example by loops over scalars, its biases learned."""
    W1, W2, b1, b2 = [[0.15, 0.2], [0.25, 0.3]], [[0.4, 0.45], [0.5, 0.55]], [0.35] * 2, [0.6] * 2
    x, y = [0.05, 0.1], [0.01, 0.99]
    for _ in range(steps):
        h = [sigmoid(W1[i][0] * x[0] + W1[i][1] * x[1] + b1[i]) for i in (0, 1)]
        o = [sigmoid(W2[i][0] * h[0] + W2[i][1] * h[1] + b2[i]) for i in (0, 1)]
        d2 = [(o[i] - y[i]) * o[i] * (1 - o[i]) for i in (0, 1)]
        d1 = [(d2[0] * W2[0][j] + d2[1] * W2[1][j]) * h[j] * (1 - h[j]) for j in (0, 1)]
        for i in (0, 1):
            b1[i] -= 0.5 * (sum(d1) if shared else d1[i])
            b2[i] -= 0.5 * (sum(d2) if shared else d2[i])
            for j in (0, 1):
                W2[i][j] -= 0.5 * d2[i] * h[j]
                W1[i][j] -= 0.5 * d1[i] * x[j]
    return W1, b1, W2, b2


@pytest.mark.parametrize(("steps", "rel"), [(1, 1e-13), (3_000, 1e-10)])
@pytest.mark.parametrize("bias", ["layer", "neuron"])
def test_learned_biases_agree_with_scalar_loops(steps: int, rel: float, bias):
    W1, b1, W2, b2 = scalar_steps(steps, bias == "layer")
    ours = by_address(walk(WORKED, steps, bias))
    agree(ours, flat("W1", W1) | flat("W2", W2), rel)
    n = 1 if bias == "layer" else 2
    agree(ours, flat("b1", b1[:n]) | flat("b2", b2[:n]), rel)


OWN = """
name = "three, four, two"
weights = [
  [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6], [-0.7, 0.8, 0.9], [0.2, -0.9, -0.4]],
  [[0.3, -0.1, 0.5, 0.2], [-0.4, 0.6, 0.7, -0.8]],
]
biases = [[0.1, 0.2, -0.3, 0.05], [0.25, -0.15]]
inputs = [1.0, 2.0, -1.5]
targets = [0.3, 0.7]
activation = "relu"
output = "softmax"
loss = "cross_entropy"
learning_rate = 0.2
"""


def scalar_pass(e: Example) -> dict[str, float]:
    """The numbers of OWN by loops over scalars, relu then softmax with cross-entropy."""
    (W1, W2), (b1, b2), x, y = e.weights, e.biases, e.inputs, e.targets
    q: dict[str, float] = {}
    z1 = [b1[i] + sum(W1[i][j] * x[j] for j in range(3)) for i in range(4)]
    a1 = [max(z, 0.0) for z in z1]
    z2 = [b2[i] + sum(W2[i][j] * a1[j] for j in range(4)) for i in range(2)]
    total = sum(math.exp(z) for z in z2)
    a2 = [math.exp(z) / total for z in z2]
    q["loss"] = -sum(t * math.log(a) for t, a in zip(y, a2))
    # ∂ℓ/∂z by the chain rule in full: Σᵢ −yᵢ/aᵢ · aᵢ(1[i=j] − aⱼ)
    d2 = [sum(-y[i] / a2[i] * a2[i] * ((i == j) - a2[j]) for i in range(2)) for j in range(2)]
    d1 = [(d2[0] * W2[0][j] + d2[1] * W2[1][j]) * (1 if z1[j] > 0 else 0) for j in range(4)]
    for name, row in [("z1", z1), ("a1", a1), ("z2", z2), ("a2", a2), ("delta1", d1),
                      ("delta2", d2), ("db1", d1), ("db2", d2)]:  # fmt: skip
        q |= flat(name, row)
    dW1 = [[d1[i] * x[j] for j in range(3)] for i in range(4)]
    dW2 = [[d2[i] * a1[j] for j in range(4)] for i in range(2)]
    q |= flat("dW1", dW1) | flat("dW2", dW2)
    for name, W, dW in [("new.W1", W1, dW1), ("new.W2", W2, dW2)]:
        q |= flat(name, [[w - 0.2 * d for w, d in zip(r, s)] for r, s in zip(W, dW)])
    for name, b, d in [("new.b1", b1, d1), ("new.b2", b2, d2)]:
        q |= flat(name, [v - 0.2 * dv for v, dv in zip(b, d)])
    return q


def test_an_example_of_ones_own_agrees_with_scalar_loops(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(OWN, encoding="utf-8")
    example = read_example(path)
    expected = scalar_pass(example)
    assert min(expected[f"z1[{i}]"] for i in range(4)) < 0  # one relu is shut
    made = walk(example, 0, "neuron")
    ours = by_address(made)
    for address, value in expected.items():
        assert ours[address] == pytest.approx(value, rel=1e-13, abs=1e-15), address
    given = {"x", "y", "W", "b", "learning_rate"}
    others = {a for a in ours if a not in expected}
    assert {a.rstrip("[]0123456789,") for a in others} == given
    assert len(ours) == count(example.network("neuron"))
    frozen = by_address(walk(example, 0, "frozen"))
    assert frozen["new.b1[2]"] == -0.3
    assert frozen["new.W1[2,1]"] == ours["new.W1[2,1]"]


# -- stages -------------------------------------------------------------------------------


def test_the_stages_run_forward_back_and_to_the_update():
    made = walk(WORKED)
    firsts = [stage.addresses[0] for stage in made.stages]
    assert firsts == [
        "z1[0]", "a1[0]", "z2[0]", "a2[0]", "loss", "delta2[0]", "delta1[0]", "dW2[0,0]",
        "db2[0]", "dW1[0,0]", "db1[0]", "new.W1[0,0]", "new.b1[0]", "new.W2[0,0]", "new.b2[0]",
    ]  # fmt: skip
    assert made.stages[6].algebra == "delta1 = W2ᵀ delta2 ⊙ f′(z1)"
    assert [name for name, _ in made.stages[0].matrices] == ["W1", "x", "b1", "z1"]
    told: set[str] = {"x", "y", "W", "b", "learning_rate"}
    for stage in made.stages:  # nothing is told before what it stands on
        for answer in made.answers(stage):
            for need in answer.depends_on:
                assert need in told or need.rstrip("[]0123456789,") in told
            told.add(answer.address)


def test_frozen_biases_stay():
    ours = by_address(walk(WORKED, 0, "frozen"))
    assert (ours["new.b1[0]"], ours["new.b2[1]"]) == (0.35, 0.6)


def test_a_negative_number_of_steps_and_a_divergence_are_refused():
    from dataclasses import replace

    with pytest.raises(InputError, match="steps is -1"):
        walk(WORKED, -1)
    wild = replace(WORKED, activations=["identity", "identity"], learning_rate=1e6)
    with pytest.raises(InputError, match="smaller learning_rate"):
        walk(wild, 1000)


def test_a_walk_holds_all_that_its_formulas_name():
    rng = np.random.default_rng(0)
    net = Network.dense([30, 4, 2], hidden="tanh", output="softmax", dtype="float64", dropout=0.3)
    asks = {
        "dropout and memory": Ask(
            net, rng.normal(size=(3, 30)), np.eye(2)[[0, 1, 1]], optimizer=Adam(0.1), rng=rng
        ),
        "one row": Ask(net, rng.normal(size=30), np.eye(2)[0]),
    }
    for name, ask in asks.items():
        told = walk_of(ask, name)
        told_of = {a.address: a.value for a in [*told.quantities, *told.besides]}
        assert len(told_of) == len(told.quantities) + len(told.besides)
        assert any(address.startswith("rest.") for address in told_of)
        for answer in [*told.quantities, *told.besides]:
            assert answer.values == {used: told_of[used] for used in answer.depends_on}
        for stage in told.stages:
            named = [] if stage.equation is None else stage.equation.symbols()
            assert not stage.arrays or set(stage.arrays) >= set(named) - {"share"}


def test_a_walk_of_too_many_numbers_tells_none():
    net = Network.dense([100, 100, 2], dtype="float64", seed=0)
    told = walk_of(Ask(net, np.zeros(100), [0.0, 0.0]), "wide")
    assert (told.quantities, told.stages, told.besides) == ([], [], [])
    assert told.loss_after < told.loss or told.loss == 0
