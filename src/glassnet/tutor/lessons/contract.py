"""What each function of the course must give: trials on one sample first, on many at the end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np

from glassnet.explain.walks.example import WORKED
from glassnet.tutor.skeleton.contract import (
    CASES,
    ONE_SAMPLE,
    Named,
    Step,
    Trial,
    function_trials,
    several_steps,
)
from glassnet.tutor.textbook import (
    TEXTBOOK,
    Array,
    TextbookCase,
    TextbookPass,
    activate,
    case_of,
    compute,
    forward,
)

NUDGE = 0.001
Calls = list[dict[str, Any]]


def trials_of(functions: Sequence[str], many: bool = False) -> list[Trial]:
    """The trials of these functions, in their order: each must leave all that it is given.

    Args: many, whether those of the skeleton are tried on many samples too.
    """
    skeleton = [
        replace(trial, step=replace(trial.step, safe=None))
        for trial in function_trials(CASES if many else ONE_SAMPLE)
    ]
    found: list[Trial] = []
    for name in functions:
        found += OWN[name]() if name in OWN else [t for t in skeleton if t.step.name == name]
    return found


def _call(name: str, *arguments: Any) -> dict[str, Any]:
    return {"do": "call", "name": name, "args": list(arguments)}


def _on(
    cases: dict[str, TextbookCase],
    name: str,
    calls: Callable[[TextbookCase, TextbookPass], list[tuple[Any, ...]]],
    gives: Callable[[TextbookPass], list[Named]],
    shaped: bool = False,
) -> list[Trial]:
    """Trials of a function upon cases: the arguments of its calls, and what they give."""

    def made(case: TextbookCase, passes: list[TextbookPass]) -> Calls:
        return [_call(name, *arguments) for arguments in calls(case, passes[0])]

    step = Step(name, made, lambda ps, rules: gives(ps[0]), shaped=shaped)
    return [Trial(step, where, case) for where, case in cases.items()]


def _given(name: str, asked: dict[str, tuple[tuple[Any, ...], Any]]) -> list[Trial]:
    """Trials of a function on arguments of their own, and what they give."""
    case = case_of(WORKED)
    return [
        Trial(
            Step(
                name,
                lambda c, ps, arguments=arguments: [_call(name, *arguments)],
                lambda ps, rules, value=value: [(name, np.asarray(value, dtype=np.float64))],
                shaped=True,
            ),
            where,
            case,
        )
        for where, (arguments, value) in asked.items()
    ]


def _layers(p: TextbookPass) -> range:
    return range(1, p.last + 1)


def _example() -> list[Trial]:
    def gives(p: TextbookPass) -> list[Named]:
        c = p.case
        arrays = [("x", c.x), ("y", c.y)]
        arrays += [(f"W{l}", W) for l, W in enumerate(c.weights, 1)]
        return arrays + [(f"b{l}", b) for l, b in enumerate(c.biases, 1)]

    worked = {"the worked example": case_of(WORKED)}
    return _on(worked, "example", lambda c, p: [()], gives, shaped=True)


def _neuron(name: str) -> list[Trial]:
    def calls(c: TextbookCase, p: TextbookPass) -> list[tuple[Any, ...]]:
        return [(w, p.x, b) for w, b in zip(p.W[1], p.b[1])]

    def gives(p: TextbookPass) -> list[Named]:
        return [(f"z1[{i}]", p.z[1][i, 0]) for i in range(len(p.z[1]))]

    return _on(ONE_SAMPLE, name, calls, gives)


def _layer() -> list[Trial]:
    return _on(
        ONE_SAMPLE,
        "layer",
        lambda c, p: [(p.W[l], p.a[l - 1], p.b[l]) for l in _layers(p)],
        lambda p: [(f"z{l}", p.z[l]) for l in _layers(p)],
    )


def _measured(p: TextbookPass, kind: str, l: int, *index: int) -> float:
    """The central difference of the loss by one parameter, over the course's nudge."""
    losses: list[float] = []
    for sign in (1, -1):
        arrays = [array.copy() for array in getattr(p.case, kind)]
        arrays[l][index] += sign * NUDGE
        moved = forward(replace(p.case, **{kind: arrays}))
        losses.append(float(TEXTBOOK.loss(moved)))
    return (losses[0] - losses[1]) / (2 * NUDGE)


def _slope() -> list[Trial]:
    """Of each layer's first weight, and of its last."""

    def calls(c: TextbookCase, p: TextbookPass) -> list[tuple[Any, ...]]:
        return [(c.x, c.y, list(c.weights), list(c.biases), *at) for at in _ends(p)]

    def gives(p: TextbookPass) -> list[Named]:
        return [
            (f"slope by W{l + 1}[{i},{j}]", np.asarray(_measured(p, "weights", l, i, j)))
            for l, i, j in _ends(p)
        ]

    return _on(ONE_SAMPLE, "slope", calls, gives)


def _ends(p: TextbookPass) -> list[tuple[int, int, int]]:
    """The first weight of each layer and the last: (layer, neuron, input), all from 0."""
    found: list[tuple[int, int, int]] = []
    for l, W in enumerate(p.case.weights):
        found += [(l, 0, 0), (l, W.shape[0] - 1, W.shape[1] - 1)]
    return found


def _bias_slope() -> list[Trial]:
    def calls(c: TextbookCase, p: TextbookPass) -> list[tuple[Any, ...]]:
        return [(c.x, c.y, list(c.weights), list(c.biases), l, i) for l, i, _ in _ends(p)]

    def gives(p: TextbookPass) -> list[Named]:
        return [
            (f"slope by b{l + 1}[{i}]", np.asarray(_measured(p, "biases", l, i, 0)))
            for l, i, _ in _ends(p)
        ]

    return _on(ONE_SAMPLE, "bias_slope", calls, gives)


def descended(case: TextbookCase, steps: int) -> list[list[Array]]:
    """The weights before the first step of descent by measured slopes and after each."""
    weights = [list(case.weights)]
    for _ in range(steps):
        p = forward(replace(case, weights=weights[-1]))
        moved: list[Array] = []
        for l, W in enumerate(weights[-1]):
            slopes = [_measured(p, "weights", l, *at) for at in np.ndindex(W.shape)]
            moved.append(W - case.learning_rate * np.reshape(slopes, W.shape))
        weights.append(moved)
    return weights


def _descend() -> list[Trial]:
    """On the three smallest networks, one step and three."""

    def calls(c: TextbookCase, p: TextbookPass) -> list[tuple[Any, ...]]:
        return [(c.x, c.y, list(c.weights), list(c.biases), c.learning_rate, c.steps)]

    def gives(p: TextbookPass) -> list[Named]:
        weights = descended(p.case, p.case.steps)[-1]
        return [(f"new.W{l}", W) for l, W in enumerate(weights, 1)]

    small = {name: c for name, c in ONE_SAMPLE.items() if c.depth == 2}
    return _on(several_steps(small), "descend", calls, gives)


def _train_weights() -> list[Trial]:
    def calls(c: TextbookCase, p: TextbookPass) -> list[tuple[Any, ...]]:
        return [(c.x, c.y, list(c.weights), list(c.biases), c.learning_rate, c.steps)]

    def gives(p: TextbookPass) -> list[Named]:
        frozen = compute(p.case, TEXTBOOK.changed({"new_biases": lambda p, l: p.b[l]}))
        return [(f"new.W{l}", frozen[-1].new_W[l]) for l in _layers(p)]

    return _on(several_steps(ONE_SAMPLE), "train_weights", calls, gives)


def _forward_rows() -> list[Trial]:
    def calls(c: TextbookCase, p: TextbookPass) -> list[tuple[Any, ...]]:
        return [(c.x.T, list(c.weights), [b.ravel() for b in c.biases])]

    return _on(CASES, "forward_rows", calls, lambda p: [(f"A{p.last}", p.a[p.last].T)], shaped=True)


def _hidden_delta_rows() -> list[Trial]:
    def calls(c: TextbookCase, p: TextbookPass) -> list[tuple[Any, ...]]:
        return [(p.W[l + 1], p.delta[l + 1].T, p.z[l].T) for l in range(c.depth - 1, 0, -1)]

    def gives(p: TextbookPass) -> list[Named]:
        return [(f"rows of delta{l}", p.delta[l].T) for l in range(p.last - 1, 0, -1)]

    return _on(CASES, "hidden_delta_rows", calls, gives, shaped=True)


def _tanh_output_delta() -> list[Trial]:
    cases = {
        name: replace(case, activations=[*case.activations[:-1], "tanh"])
        for name, case in ONE_SAMPLE.items()
    }
    return _on(
        cases,
        "tanh_output_delta",
        lambda c, p: [(p.z[p.last], p.a[p.last], p.y)],
        lambda p: [(f"delta{p.last}", p.delta[p.last])],
    )


def _by_hand() -> list[Trial]:
    rng = np.random.default_rng([2, 3, 1])
    asked: dict[str, tuple[tuple[Any, ...], Any]] = {}
    for name in ("a 2-3-1 network", "another 2-3-1 network"):
        w, z = rng.uniform(-1.5, 1.5, 3), rng.uniform(-1, 1, (3, 1))
        delta, a = float(rng.uniform(0.05, 0.2)), 1 / (1 + np.exp(-z))
        wanted = np.einsum("i,ik,ik->ik", w * delta, a, 1 - a)
        asked[name] = (w, delta, a), wanted
    return _given("hidden_delta_by_hand", asked)


def _counts(name: str, count: Callable[[Sequence[int]], int], *more: int) -> list[Trial]:
    sizes = ([2, 2, 2], [2, 3, 1], [64, 30, 10], [4, 3, 3, 3, 2])
    return _given(
        name,
        {f"sizes {each}": ((list(each), *more), count(each)) for each in sizes},
    )


def _parameters(sizes: Sequence[int]) -> int:
    return sum((before + 1) * after for before, after in pairwise(sizes))


def _passes(sizes: Sequence[int]) -> int:
    return 5 * sum(2 * before * after for before, after in pairwise(sizes))


def _curve(z: Array) -> Array:
    return activate(forward(case_of(WORKED)), 1, z)


OWN: dict[str, Callable[[], list[Trial]]] = {
    "example": _example,
    "column": lambda: _given(
        "column",
        {
            "three numbers": (([0.5, -1.0, 2.0],), [[0.5], [-1.0], [2.0]]),
            "one number": (([4.0],), [[4.0]]),
        },
    ),
    "neuron": lambda: _neuron("neuron"),
    "neuron_by_loop": lambda: _neuron("neuron_by_loop"),
    "layer": _layer,
    "count_parameters": lambda: _counts("count_parameters", _parameters),
    "inverse_sigmoid": lambda: _given(
        "inverse_sigmoid",
        {"a of z from −3 to 3": ((_curve(np.linspace(-3, 3, 7)),), np.linspace(-3, 3, 7))},
    ),
    "predict": lambda: _on(
        ONE_SAMPLE,
        "predict",
        lambda c, p: [(c.x, list(c.weights), list(c.biases))],
        lambda p: [(f"a{p.last}", p.a[p.last])],
    ),
    "loss_of_each": lambda: _on(
        ONE_SAMPLE,
        "loss_of_each",
        lambda c, p: [(p.a[p.last], p.y)],
        lambda p: [("loss of each", np.square(p.error) / 2)],
    ),
    "slope": _slope,
    "bias_slope": _bias_slope,
    "descend": _descend,
    "passes_needed": lambda: _counts("passes_needed", _passes, 5),
    "tanh_output_delta": _tanh_output_delta,
    "hidden_delta_by_hand": _by_hand,
    "train_weights": _train_weights,
    "forward_rows": _forward_rows,
    "hidden_delta_rows": _hidden_delta_rows,
}
