"""A walk through one step of learning: forward, error, backward, update, number by number."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import repeat
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.notebook import Displayed
from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.layers import Bias, LayerFacts
from glassnet.core.network import Network
from glassnet.core.optimizers import SGD
from glassnet.explain.ask.addresses import SAMPLED, Address, parse
from glassnet.explain.ask.answer import Answer, algebra_text
from glassnet.explain.ask.ask import Ask
from glassnet.explain.ask.asked_pass import AskedPass
from glassnet.explain.walks.example import Example
from glassnet.files.plain import UNTOLD
from glassnet.formula.tree import Expression
from glassnet.formula.updates import rules
from glassnet.training.loop.compiled.choice import MOST
from glassnet.training.loop.fast_pass import plan_for
from glassnet.training.loop.in_numbers import WORTH, StepsInNumbers

MOST_QUANTITIES = 10_000
TICK = 500  # updates between two words of how far they are
AT_ONCE = 20_000  # the same, where a function of plain numbers makes them


@dataclass(frozen=True)
class Stage:
    """One kind of quantity of one layer: its numbers one by one, and as a line of algebra.

    `place` is the address of the whole array, `learned` whether training moves it. `equation` is
    the line as a tree, `matrices` names its arrays, in order, with their values, of a batch those
    of sample 0; `arrays` has every array that the line names where the batch is one sample, else
    none.
    """

    title: str
    place: Address
    learned: bool
    addresses: list[str]
    equation: Expression | None
    matrices: list[tuple[str, NDArray[Any]]]
    arrays: dict[str, NDArray[Any]]

    __repr__ = telling("title", "place")

    @property
    def algebra(self) -> str:
        """The line of algebra, as text; empty where there is none."""
        return algebra_text(self.equation)


@dataclass(frozen=True)
class Walk(Displayed):
    """The pass that update number steps + 1 makes, stage by stage, and what comes of it.

    `objective` is the loss with its penalty, None where there is none. `data` and `parameters`
    are arrays. `quantities` are all that is given, dropout's masks and the learning rate too,
    and all that is computed, in its order; `stages` say what is computed together, `besides` is
    what their formulas name that is in neither: the rest of a long sum, an optimizer's memory.
    The three are empty where there are too many numbers to tell. `asked` is the pass itself,
    which a notebook draws; JSON has it not.
    """

    kind, version = "walk", 1

    name: str
    steps: int
    batch: int
    layers: list[LayerFacts]
    loss_name: str
    learning_rate: float
    max_norm: float | None
    digits: int
    loss: float
    objective: float | None
    loss_after: float
    prediction: NDArray[Any]
    data: dict[str, NDArray[Any]]
    parameters: dict[str, NDArray[Any]]
    quantities: list[Answer]
    stages: list[Stage]
    besides: list[Answer]
    asked: AskedPass | None = field(default=None, metadata=UNTOLD)

    __repr__ = telling("name", "steps", "loss_after")

    def answers(self, stage: Stage) -> list[Answer]:
        """The numbers of a stage."""
        return [self._by_address[address] for address in stage.addresses]

    @cached_property
    def _by_address(self) -> dict[str, Answer]:
        return {answer.address: answer for answer in self.quantities}


def walk(example: Example, steps: int = 0, bias: Bias = "frozen") -> Walk:
    """Makes `steps` updates of gradient descent, then tells the next pass in full.

    Raises: as `pass_of`.
    """
    return walk_of(pass_of(example, steps, bias), example.name, steps)


def pass_of(
    example: Example,
    steps: int = 0,
    bias: Bias = "frozen",
    tick: Callable[[int, int], None] = lambda done, total: None,
    in_numbers: StepsInNumbers | None = None,
) -> Ask:
    """The pass after `steps` updates of gradient descent, to be asked.

    Args:
        tick: called now and then with how many updates were made, of how many.
        in_numbers: makes a function of the steps, by which many are made in a tenth of the time;
            their last bits are others.

    Raises: InputError for a negative number of steps, or an example that does not fit.
    """
    if steps < 0:
        raise InputError(f"steps is {steps}: give a whole number from 0 up.")
    net = example.network(bias)
    x = np.asarray(example.inputs, dtype=np.float64)[None, :]
    y = np.asarray(example.targets, dtype=np.float64)[None, :]
    rule = SGD(example.learning_rate)
    learned, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
    # as training does it; the pass that is told is made by the readable path
    fill_grad = plan_for(net, x, y, None, 1)
    row, rng = np.zeros(1, np.intp), np.random.default_rng()  # nothing is drawn
    made = 0
    if in_numbers is not None and steps >= WORTH and net.theta.size <= MOST:
        row_in_numbers = (*example.inputs, *example.targets)
        made = _made_in_numbers(net, rule, row_in_numbers, steps, in_numbers, tick)
    for step in range(made, steps):
        with np.errstate(over="ignore", invalid="ignore"):
            loss = fill_grad(row, rng)
        if not isfinite(loss):
            raise InputError(
                f"the loss stopped being finite at step {step + 1}: use a smaller learning_rate."
            )
        rule.step(learned, grad)
        if step % TICK == 0:
            tick(step, steps)
    return Ask(net, x, y, optimizer=rule)


def _made_in_numbers(
    net: Network,
    rule: SGD,
    row: tuple[float, ...],
    steps: int,
    maker: StepsInNumbers,
    tick: Callable[[int, int], None],
) -> int:
    """Updates net by a function of plain numbers; how many of the steps it made.

    It ends before a step whose loss is not finite, and makes none where there is no formula.
    """
    function = maker(net, rule, True)
    if function is None:
        return 0
    theta, made, rate = net.theta.tolist(), 0, rule.learning_rate
    while made < steps:
        n = min(AT_ONCE, steps - made)
        theta, _, losses = function(theta, {}, repeat(row, n), repeat(rate, n), made)
        made += len(losses)
        if len(losses) < n:
            break
        tick(made, steps)
    net.theta[:] = theta
    rule.t = made
    return made


def walk_of(ask: Ask, name: str, steps: int = 0) -> Walk:
    """The walk through a pass that has been asked for: of a model, or a recorded step.

    Args: name, what the walk is called; steps, how many updates came before.
    """
    after, p = ask.update.network, ask.p
    with np.errstate(over="ignore", invalid="ignore"):
        again = after.forward(p.x)
        losses = after.loss.sample(again.dense[-1].z, again.dense[-1].a, p.y)
    quantities, stages, besides = _told(ask)
    net, prediction = ask.net, p.dense[-1].a
    samples = [None] if ask.batch == 1 else range(ask.batch)
    data = [Address(array, None, (), k) for array in ("x", "y") for k in samples]
    return Walk(
        name,
        steps,
        ask.batch,
        net.layer_facts(),
        net.loss.name,
        ask.learning_rate,
        net.max_norm,
        ask.digits,
        p.loss,
        p.loss + net.penalty() if net.l1 or net.l2 else None,
        float(p.share @ losses),
        prediction if ask.batch > 1 else prediction[0],
        {str(place): ask.array(place) for place in data},
        ask.parameters,
        quantities,
        stages,
        besides,
        ask.shown(),
    )


def count(net: Network, batch: int = 1, memory: int = 0) -> int:
    """How many scalar quantities a walk through a pass of this network tells.

    Args: batch, its samples; memory, what the optimizer tells of each parameter.
    """
    neurons = sum(layer.n_out for layer in net.dense_layers)
    each = 3 * neurons + net.n_in + net.n_out
    return (3 + memory) * net.theta.size + batch * each + 2


def _told(ask: Ask) -> tuple[list[Answer], list[Stage], list[Answer]]:
    """What is given and computed, the stages, and what these depend on besides."""
    memory = _memory(ask)
    if count(ask.net, ask.batch, len(memory)) > MOST_QUANTITIES:
        return [], [], []
    masks = [place for n in ask.masks for place in ask.addresses("mask", n)]
    layers = range(1, len(ask.net.dense_layers) + 1)
    places = [place for name in ("x", "y") for place in ask.addresses(name)]
    places += [place for n in layers for name in "Wb" for place in ask.addresses(name, n)]
    told = [ask.at(place) for place in [*places, *masks, parse("learning_rate")]]
    stages: list[Stage] = []
    for title, name, layer in _titles(ask, memory):
        answers = [ask.at(place) for place in ask.addresses(name, layer)]
        stages.append(_stage(ask, title, answers))
        told += answers
    return told, stages, _besides(ask, told)


def _besides(ask: Ask, quantities: list[Answer]) -> list[Answer]:
    """The answers to what formulas name that is no quantity of its own."""
    told = {answer.address for answer in quantities}
    found: list[Answer] = []
    ahead = [name for answer in quantities for name in answer.depends_on]
    for name in ahead:  # it grows while it is read
        if name not in told:
            told.add(name)
            found.append(ask.at(name))
            ahead += found[-1].depends_on
    return found


def _stage(ask: Ask, title: str, answers: list[Answer]) -> Stage:
    first = answers[0]
    matrices: list[tuple[str, NDArray[Any]]] = []
    for array in first.shapes:
        place = parse(array)
        if ask.batch > 1 and place.name in SAMPLED:
            place = replace(place, sample=0)  # the first sample stands for the others
        matrices.append((str(place), ask.array(place)))
    place = replace(parse(first.address), index=(), sample=None)
    learned = place.name not in ("W", "b") or ask.is_learned(place)
    addresses, arrays = [answer.address for answer in answers], _named(ask, place, first)
    return Stage(title, place, learned, addresses, first.equation, matrices, arrays)


def _titles(ask: Ask, memory: dict[str, str]) -> Iterator[tuple[str, str, int | None]]:
    """Each stage's title, and the name and the layer of what is computed in it."""
    last = len(ask.net.dense_layers)
    for n in range(1, last + 1):
        yield f"Weighted sums of layer {n}", "z", n
        yield f"Activations of layer {n}", "a", n
    yield "The error", "loss", None
    yield "Output deltas", "delta", last
    for n in range(last - 1, 0, -1):
        yield f"Hidden deltas of layer {n}", "delta", n
    for n in range(last, 0, -1):
        yield f"Gradients of the weights of layer {n}", "dW", n
        yield f"Gradients of the biases of layer {n}", "db", n
    for n in range(1, last + 1):
        for prefix, title in memory.items():
            for name, what in (("W", "weights"), ("b", "biases")):
                if ask.is_learned(Address(name, n)):
                    yield f"{title} of layer {n}'s {what}", f"{prefix}.{name}", n
    for n in range(1, last + 1):
        stays = ask.net.dense_layers[n - 1].bias == "frozen"
        yield f"Updated weights of layer {n}", "new.W", n
        yield f"Biases of layer {n}, {'which stay' if stays else 'updated'}", "new.b", n


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
