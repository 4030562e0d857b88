"""The 2-2-2 sigmoid network by hand: every published step, in float64."""

import numpy as np
import pytest

from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD

X, Y = [[0.05, 0.10]], [[0.01, 0.99]]
READINGS = {"biases_frozen": "frozen", "biases_learned": "neuron"}


def example(bias: str) -> Network:
    rows = [
        Dense(2, 2, "sigmoid", bias=bias, W=[[0.15, 0.20], [0.25, 0.30]], b=0.35),
        Dense(2, 2, "sigmoid", bias=bias, W=[[0.40, 0.45], [0.50, 0.55]], b=0.60),
    ]
    return Network(rows, "squared_error", dtype="float64")


def train(net: Network, steps: int) -> None:
    rule, n = SGD(0.5), net.n_learned
    for _ in range(steps):
        net.gradient(X, Y)
        rule.step(net.theta[:n], net.grad[:n])


def parameters(net: Network) -> dict[str, np.ndarray]:
    return {name: values for name, values, _ in net.parameters()}


@pytest.mark.parametrize("reading", READINGS)
def test_the_first_step_is_the_published_one(golden, reading):
    net = example(READINGS[reading])
    p = net.backward(net.forward(X), Y)
    first, second = p.dense
    ours = {
        "z1": first.z[0],
        "h": first.a[0],
        "z2": second.z[0],
        "o": second.a[0],
        "E": p.loss,
        "d2": second.delta[0],
        "d1": first.delta[0],
        "g2": second.layer.dW,
        "g1": first.layer.dW,
    }
    published = golden("worked_example")[reading]["first_step"]
    assert ours.keys() == published.keys()
    for name, value in published.items():
        np.testing.assert_allclose(ours[name], value, rtol=1e-14, err_msg=name)


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize(("steps", "rtol"), [(1, 1e-14), (10_000, 1e-10)])
def test_parameters_error_and_output_after_many_steps(golden, reading, steps, rtol):
    net = example(READINGS[reading])
    train(net, steps)
    published = golden("worked_example")[reading]
    for name, value in published[f"after_{steps}"].items():
        np.testing.assert_allclose(parameters(net)[name], value, rtol=rtol, err_msg=name)
    p = net.forward(X)
    np.testing.assert_allclose(net.measure(p, Y).loss, published[f"error_after_{steps}"], rtol=rtol)
    if steps > 1:
        np.testing.assert_allclose(p.y_hat[0], published[f"output_after_{steps}"], rtol=rtol)


def test_one_learned_bias_for_each_layer_ends_where_the_readme_says():
    net = example("layer")
    assert net.theta.size == 10
    train(net, 10_000)
    p = net.forward(X)
    np.testing.assert_allclose(p.y_hat[0], [0.01210216, 0.98792839], atol=5e-9, rtol=0)
    np.testing.assert_allclose(net.measure(p, Y).loss, 4.3553211e-6, rtol=2e-8)
