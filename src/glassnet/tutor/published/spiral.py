"""The three spiral arms of Stanford's CS231n, and what two classifiers make of them."""

from functools import cache

import numpy as np

from glassnet.core.network import Network
from glassnet.core.optimizers import SGD
from glassnet.training.loop.fast_pass import plan_for
from glassnet.tutor.textbook import Array


@cache
def spiral_data(seed: int = 0) -> tuple[Array, Array]:
    """Three arms of 100 points, (300, 2), and their classes: radius 0 to 1, angle 4j to 4j + 4."""
    rng = np.random.default_rng(seed)
    arms = []
    for arm in range(3):
        r = np.linspace(0.0, 1.0, 100)
        t = np.linspace(4.0 * arm, 4.0 * (arm + 1), 100) + 0.2 * rng.standard_normal(100)
        arms.append(np.stack([r * np.sin(t), r * np.cos(t)], axis=1))
    return np.concatenate(arms), np.repeat(np.arange(3), 100)


@cache
def spiral_accuracy(hidden: tuple[int, ...], steps: int, seed: int = 0) -> float:
    """Training accuracy after full-batch steps of rate 1 with an L2 penalty of 0.001.

    The weights begin at 0.01 times a standard normal, the biases at 0; seed draws the points.
    """
    X, y = spiral_data(seed)
    net = Network.dense([2, *hidden, 3], hidden="relu", output="softmax", l2=1e-3, seed=0)
    rng = np.random.default_rng(1)
    for layer in net.dense_layers:
        layer.W[...] = 0.01 * rng.standard_normal(layer.W.shape)
        layer.b[...] = 0.0
    rule = SGD(1.0)
    X, rows = X.astype(net.dtype), np.arange(len(X))
    fill_grad = plan_for(net, X, y, None, len(X))
    for _ in range(steps):
        fill_grad(rows, rng)
        net.penalize()
        rule.step(net.theta, net.grad)
    return float((net.forward(X).y_hat.argmax(axis=1) == y).mean())
