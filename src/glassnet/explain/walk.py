"""A walk through one step of learning: forward, error, backward, update, number by number."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.errors import InputError
from glassnet.core.layers import Bias
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD
from glassnet.explain.addresses import parse
from glassnet.explain.answers import Answer, Ask
from glassnet.explain.example import Example

MOST_QUANTITIES = 10_000


@dataclass(frozen=True)
class Stage:
    """One kind of quantity of one layer: its numbers one by one, and as a line of algebra.

    `matrix` names the arrays of that line, in order, with their values.
    """

    title: str
    answers: list[Answer]
    algebra: str
    matrices: list[tuple[str, NDArray[Any]]]


@dataclass(frozen=True)
class Walk:
    """The pass that update number steps + 1 makes, stage by stage, and what comes of it."""

    name: str
    steps: int
    net: Network
    ask: Ask
    stages: list[Stage]
    loss_after: float

    def record(self) -> dict[str, Any]:
        """As plain JSON, for `walk --json`."""
        given = [self.ask.at(a) for name in ("x", "y") for a in self.ask.addresses(name)]
        layers = range(1, len(self.net.dense_layers) + 1)
        given += [
            self.ask.at(a) for n in layers for name in "Wb" for a in self.ask.addresses(name, n)
        ]
        given.append(self.ask.at("learning_rate"))
        answers = given + [answer for stage in self.stages for answer in stage.answers]
        return {
            "quantities": [answer.record() for answer in answers],
            "loss": self.ask.p.loss,
            "prediction": self.ask.p.dense[-1].a[0].tolist(),
            "parameters": {name: values.tolist() for name, values, _ in self.net.parameters()},
        }


def walk(example: Example, steps: int = 0, bias: Bias = "frozen") -> Walk:
    """Makes `steps` updates of gradient descent, then tells the next pass in full.

    Raises: InputError for a negative number of steps, or an example that does not fit.
    """
    if steps < 0:
        raise InputError(f"steps is {steps}: give a whole number from 0 up.")
    net = example.network(bias)
    x = np.asarray(example.inputs, dtype=np.float64)[None, :]
    y = np.asarray(example.targets, dtype=np.float64)[None, :]
    rule = SGD(example.learning_rate)
    learned, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
    for step in range(steps):
        with np.errstate(over="ignore", invalid="ignore"):
            loss = net.gradient(x, y)
        if not np.isfinite(loss):
            raise InputError(
                f"the loss stopped being finite at step {step + 1}: use a smaller learning_rate."
            )
        rule.step(learned, grad)
    ask = Ask(net, x, y, learning_rate=example.learning_rate)
    after = net.copy()
    after.backward(after.forward(x), y)
    rule.step(after.theta[: after.n_learned], after.grad[: after.n_learned])
    loss_after = after.measure(after.forward(x), y)
    return Walk(example.name, steps, net, ask, _stages(ask), loss_after)


def count(net: Network) -> int:
    """How many scalar quantities a walk through this network tells."""
    neurons = sum(layer.n_out for layer in net.dense_layers)
    return 3 * net.theta.size + 3 * neurons + net.n_in + net.n_out + 2


def _stages(ask: Ask) -> list[Stage]:
    net = ask.net
    last = len(net.dense_layers)
    if count(net) > MOST_QUANTITIES:
        return []

    def stage(title: str, name: str, layer: int | None, algebra: str, parts: list[str]) -> Stage:
        prefix, _, plain = name.rpartition(".")
        answers = [ask.at(f"{prefix}.{a}" if prefix else a) for a in ask.addresses(plain, layer)]
        return Stage(title, answers, algebra, [(p, ask.array(parse(p))) for p in parts])

    stages: list[Stage] = []
    for n in range(1, last + 1):
        before = "x" if n == 1 else f"a{n - 1}"
        f = net.dense_layers[n - 1].activation.name
        stages += [
            stage(f"Weighted sums of layer {n}", "z", n, f"z{n} = W{n} {before} + b{n}",
                  [f"W{n}", before, f"b{n}", f"z{n}"]),
            stage(f"Activations of layer {n}", "a", n, f"a{n} = {f}(z{n})", [f"z{n}", f"a{n}"]),
        ]  # fmt: skip
    loss = net.loss.name.replace("_", " ")
    stages.append(stage("The error", "loss", None, f"loss = {loss}(a{last}, y)", [f"a{last}", "y"]))
    joint = net.loss.joint is not None
    slope = "" if joint else f" ⊙ f′(z{last})"
    error = f"a{last} − y" if joint or net.loss.name == "squared_error" else f"∂ℓ/∂a{last}"
    stages.append(
        stage("Output deltas", "delta", last, f"delta{last} = ({error}){slope}",
              [f"a{last}", "y", f"delta{last}"])
    )  # fmt: skip
    for n in range(last - 1, 0, -1):
        stages.append(
            stage(f"Hidden deltas of layer {n}", "delta", n,
                  f"delta{n} = W{n + 1}ᵀ delta{n + 1} ⊙ f′(z{n})",
                  [f"W{n + 1}", f"delta{n + 1}", f"z{n}", f"delta{n}"])
        )  # fmt: skip
    for n in range(last, 0, -1):
        before = "x" if n == 1 else f"a{n - 1}"
        stages.append(
            stage(f"Gradients of the weights of layer {n}", "dW", n,
                  f"dW{n} = delta{n} {before}ᵀ", [f"delta{n}", before, f"dW{n}"])
        )  # fmt: skip
        shared = "Σ " if net.dense_layers[n - 1].bias == "layer" else ""
        stages.append(
            stage(f"Gradients of the biases of layer {n}", "db", n, f"db{n} = {shared}delta{n}",
                  [f"delta{n}", f"db{n}"])
        )  # fmt: skip
    for n in range(1, last + 1):
        stages.append(
            stage(f"Updated weights of layer {n}", "new.W", n,
                  f"W{n} ← W{n} − η dW{n}", [f"W{n}", f"dW{n}", f"new.W{n}"])
        )  # fmt: skip
        frozen = net.dense_layers[n - 1].bias == "frozen"
        stages.append(
            stage(f"Biases of layer {n}, " + ("which stay" if frozen else "updated"), "new.b", n,
                  f"b{n} stays as it is" if frozen else f"b{n} ← b{n} − η db{n}",
                  [f"b{n}"] if frozen else [f"b{n}", f"db{n}", f"new.b{n}"])
        )  # fmt: skip
    return stages
