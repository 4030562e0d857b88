"""A walk through one step of learning: forward, error, backward, update, number by number."""

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.layers import Bias
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD
from glassnet.core.passes import BackwardPass
from glassnet.explain.ask.addresses import SAMPLED, Address, parse
from glassnet.explain.ask.answer import Answer
from glassnet.explain.ask.ask import Ask
from glassnet.explain.walks.example import Example
from glassnet.formula.tree import Expression
from glassnet.formula.updates import rules

MOST_QUANTITIES = 10_000


@dataclass(frozen=True)
class Stage:
    """One kind of quantity of one layer: its numbers one by one, and as a line of algebra.

    `place` is the address of the whole array, `learned` whether training moves it. `matrices`
    names the arrays of the line, in order, with their values, of a batch those of sample 0;
    `arrays` has every array that the line names where the batch is one sample, else none.
    """

    title: str
    place: Address
    learned: bool
    answers: list[Answer]
    matrices: list[tuple[str, NDArray[Any]]]
    arrays: dict[str, NDArray[Any]]

    __repr__ = telling("title", "place")

    @property
    def equation(self) -> Expression | None:
        """The line of algebra, as a tree."""
        return self.answers[0].equation

    @property
    def algebra(self) -> str:
        """The line of algebra, as text."""
        return self.answers[0].algebra


@dataclass(frozen=True)
class Walk(Displayed):
    """The pass that update number steps + 1 makes, stage by stage, and what comes of it.

    `given` are the data, the parameters, dropout's masks and the learning rate; `arrays` the data
    and parameters as arrays. `stages` are all that is computed in its order, `besides` what their
    formulas name that neither holds: the rest of a long sum, an optimizer's memory. The four are
    empty where there are too many numbers to tell.
    """

    name: str
    steps: int
    net: Network
    p: BackwardPass
    learning_rate: float
    loss_after: float
    given: list[Answer]
    arrays: dict[str, NDArray[Any]]
    stages: list[Stage]
    besides: list[Answer]

    __repr__ = telling("name", "steps", "loss_after")

    @property
    def batch(self) -> int:
        """How many samples there are."""
        return len(self.p.x)

    @property
    def quantities(self) -> list[Answer]:
        """What is given, then what is computed."""
        return self.given + [answer for stage in self.stages for answer in stage.answers]

    def record(self) -> dict[str, Any]:
        """As plain JSON, for `walk --json`."""
        prediction = self.p.dense[-1].a
        return {
            "quantities": [answer.record() for answer in self.quantities],
            "loss": self.p.loss,
            "prediction": prediction[0].tolist() if len(prediction) == 1 else prediction.tolist(),
            "parameters": {name: values.tolist() for name, values, _ in self.net.parameters()},
        }


def walk(example: Example, steps: int = 0, bias: Bias = "frozen") -> Walk:
    """Makes `steps` updates of gradient descent, then tells the next pass in full.

    Raises: as `pass_of`.
    """
    return walk_of(pass_of(example, steps, bias), example.name, steps)


def pass_of(example: Example, steps: int = 0, bias: Bias = "frozen") -> Ask:
    """The pass after `steps` updates of gradient descent, to be asked.

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
    return Ask(net, x, y, optimizer=rule)


def walk_of(ask: Ask, name: str, steps: int = 0) -> Walk:
    """The walk through a pass that has been asked for: of a model, or a recorded step.

    Args: name, what the walk is called; steps, how many updates came before.
    """
    after, p = ask.update.network, ask.p
    with np.errstate(over="ignore", invalid="ignore"):
        again = after.forward(p.x)
        losses = after.loss.sample(again.dense[-1].z, again.dense[-1].a, p.y)
    given, arrays, stages, besides = _told(ask)
    return Walk(
        name, steps, ask.net, p, ask.learning_rate, float(p.share @ losses),
        given, arrays, stages, besides,
    )  # fmt: skip


def count(net: Network, batch: int = 1, memory: int = 0) -> int:
    """How many scalar quantities a walk through a pass of this network tells.

    Args: batch, its samples; memory, what the optimizer tells of each parameter.
    """
    neurons = sum(layer.n_out for layer in net.dense_layers)
    each = 3 * neurons + net.n_in + net.n_out
    return (3 + memory) * net.theta.size + batch * each + 2


def _told(
    ask: Ask,
) -> tuple[list[Answer], dict[str, NDArray[Any]], list[Stage], list[Answer]]:
    """What is given, the same as arrays, the stages, and what these depend on besides."""
    memory = _memory(ask)
    if count(ask.net, ask.batch, len(memory)) > MOST_QUANTITIES:
        return [], {}, [], []
    masks = [place for n in ask.masks for place in ask.addresses("mask", n)]
    layers = range(1, len(ask.net.dense_layers) + 1)
    places = [place for name in ("x", "y") for place in ask.addresses(name)]
    places += [place for n in layers for name in "Wb" for place in ask.addresses(name, n)]
    given = [ask.at(place) for place in [*places, *masks, parse("learning_rate")]]
    samples = [None] if ask.batch == 1 else range(ask.batch)
    data = [Address(name, None, (), k) for name in ("x", "y") for k in samples]
    arrays = {str(place): ask.array(place) for place in data} | ask.parameters
    stages = _stages(ask, memory)
    return given, arrays, stages, _besides(ask, given, stages)


def _besides(ask: Ask, given: list[Answer], stages: list[Stage]) -> list[Answer]:
    """The answers to what formulas name that is neither given nor computed in a stage."""
    told = {answer.address for answer in given}
    told |= {answer.address for stage in stages for answer in stage.answers}
    found: list[Answer] = []
    ahead = [name for stage in stages for answer in stage.answers for name in answer.depends_on]
    for name in ahead:  # it grows while it is read
        if name not in told:
            told.add(name)
            found.append(ask.at(name))
            ahead += found[-1].depends_on
    return found


def _stages(ask: Ask, memory: dict[str, str]) -> list[Stage]:
    net = ask.net
    last = len(net.dense_layers)

    def stage(title: str, name: str, layer: int | None = None) -> Stage:
        answers = [ask.at(place) for place in ask.addresses(name, layer)]
        arrays: list[tuple[str, NDArray[Any]]] = []
        for array in answers[0].shapes:
            place = parse(array)
            if ask.batch > 1 and place.name in SAMPLED:
                place = replace(place, sample=0)  # the first sample stands for the others
            arrays.append((str(place), ask.array(place)))
        place = replace(parse(answers[0].address), index=(), sample=None)
        learned = place.name not in ("W", "b") or ask.is_learned(place)
        return Stage(title, place, learned, answers, arrays, _named(ask, place, answers[0]))

    stages: list[Stage] = []
    for n in range(1, last + 1):
        stages.append(stage(f"Weighted sums of layer {n}", "z", n))
        stages.append(stage(f"Activations of layer {n}", "a", n))
    stages.append(stage("The error", "loss"))
    stages.append(stage("Output deltas", "delta", last))
    stages += [stage(f"Hidden deltas of layer {n}", "delta", n) for n in range(last - 1, 0, -1)]
    for n in range(last, 0, -1):
        stages.append(stage(f"Gradients of the weights of layer {n}", "dW", n))
        stages.append(stage(f"Gradients of the biases of layer {n}", "db", n))
    for n in range(1, last + 1):
        for prefix, title in memory.items():
            for name, what in (("W", "weights"), ("b", "biases")):
                if ask.is_learned(Address(name, n)):
                    words = f"{title} of layer {n}'s {what}"
                    stages.append(stage(words, f"{prefix}.{name}", n))
    for n in range(1, last + 1):
        stays = net.dense_layers[n - 1].bias == "frozen"
        stages.append(stage(f"Updated weights of layer {n}", "new.W", n))
        words = "which stay" if stays else "updated"
        stages.append(stage(f"Biases of layer {n}, {words}", "new.b", n))
    return stages


def _named(ask: Ask, place: Address, answer: Answer) -> dict[str, NDArray[Any]]:
    """The arrays that a line of algebra names, and the one that it gives."""
    if ask.batch > 1 or answer.equation is None:
        return {}
    found: dict[str, NDArray[Any]] = {}
    for name in [*answer.equation.symbols(), str(place)]:
        with suppress(InputError):
            found[name] = ask.array(parse(name))
    return found


def _memory(ask: Ask) -> dict[str, str]:
    """What the optimizer tells of each parameter before its new value: prefix and title."""
    told = rules(ask.rule, ask.t)
    if list(told) == ["new"] and not (ask.net.l1 or ask.net.l2 or ask.update.clipped < 1):
        return {}
    names = dict.fromkeys(name.removeprefix("new.") for name in told if name[:4] == "new.")
    memory = {"g": "The gradient as the update takes it,"}
    memory |= {name: f"{name} before this update," for name in names}
    titles = {"m_hat": "m corrected,", "v_hat": "v corrected,"}
    return memory | {
        name: titles.get(name, f"{name.removeprefix('new.')} after it,")
        for name in told
        if name != "new"
    }
