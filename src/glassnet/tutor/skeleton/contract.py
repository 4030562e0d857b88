"""What the skeleton's functions must give: each step on its own, given right numbers before it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.explain.walks.example import WORKED
from glassnet.tutor.skeleton.skeleton import CLASS
from glassnet.tutor.textbook import (
    TEXTBOOK,
    Array,
    Rules,
    TextbookCase,
    TextbookPass,
    case_of,
    compute,
    forward,
    random_case,
)

Named = tuple[str, Array]  # what an array is called: "delta1", and the array


@dataclass(frozen=True)
class Step:
    """One step of the skeleton: the calls that show it, and the arrays that they should give.

    calls: of a case and its right passes, the calls to make. gives: of passes and rules, the
    arrays they answer with, in order. stage: the step of the textbook that it is: it is given
    right numbers, so a rule acts in this step alone; "" where the whole computation is its own.
    safe: the positions of the arguments that it must leave as they are, all of them unless said.
    shaped: whether axes of length 1 count too, so that (2,) is not (2, 1); columns: whether they
    do where the numbers are right.
    """

    name: str
    calls: Callable[[TextbookCase, list[TextbookPass]], list[dict[str, Any]]]
    gives: Callable[[list[TextbookPass], Rules], list[Named]]
    stage: str = ""
    safe: Sequence[int] | None = None
    shaped: bool = False
    columns: bool = False


@dataclass(frozen=True)
class Trial:
    """A step upon a case."""

    step: Step
    name: str
    case: TextbookCase

    def calls(self) -> list[dict[str, Any]]:
        return self.step.calls(self.case, compute(self.case))

    def expected(self, rules: Rules = TEXTBOOK) -> list[Named] | None:
        """The arrays that the step gives under those rules; None where shapes do not fit."""
        used = TEXTBOOK if self.step.stage else rules
        try:
            with np.errstate(all="ignore"):
                return self.step.gives(compute(self.case, used), rules)
        except (ValueError, IndexError):
            return None


def _random(*sizes: int, samples: int) -> TextbookCase:
    return random_case(sizes, samples, np.random.default_rng([*sizes, samples, 1]))


def _curve(z: Array) -> TextbookCase:
    """A network of one weight 1 and no bias, so that z is what it is given."""
    one, nothing = np.ones((1, 1)), np.zeros((1, 1))
    return TextbookCase([one], [nothing], z, np.full(z.shape, 0.5), 0.5, ["sigmoid"])


CASES: dict[str, TextbookCase] = {
    "the worked example": case_of(WORKED),
    "a 3-4-2 network, 5 samples": _random(3, 4, 2, samples=5),
    "a 2-5-3-4 network, 3 samples": _random(2, 5, 3, 4, samples=3),
    "a 4-3-3-3-2 network, 7 samples": _random(4, 3, 3, 3, 2, samples=7),
    "a 5-2-1 network, 1 sample": _random(5, 2, 1, samples=1),
}
ONE_SAMPLE: dict[str, TextbookCase] = {
    "the worked example": case_of(WORKED),
    "a 3-4-2 network": _random(3, 4, 2, samples=1),
    "a 2-5-3-4 network": _random(2, 5, 3, 4, samples=1),
    "a 4-3-3-3-2 network": _random(4, 3, 3, 3, 2, samples=1),
    "a 5-2-1 network": _random(5, 2, 1, samples=1),
}
SHALLOW: dict[str, TextbookCase] = {
    "the worked example": case_of(WORKED),
    "a 3-4-2 network, 5 samples": _random(3, 4, 2, samples=5),
    "a 5-2-3 network, 4 samples": _random(5, 2, 3, samples=4),
    "a 3-3-3 network, 2 samples": _random(3, 3, 3, samples=2),
}
CURVES: dict[str, TextbookCase] = {
    "z from −3 to 3": _curve(np.linspace(-3, 3, 7)[None, :]),
    "z of −800 and 800": _curve(np.array([[-800.0, 800.0]])),
}


def several_steps(cases: dict[str, TextbookCase]) -> dict[str, TextbookCase]:
    """The same for one update, and for three."""
    from dataclasses import replace

    return {
        **cases,
        **{f"{name}, 3 updates": replace(case, steps=3) for name, case in cases.items()},
    }


def _call(name: str, *arguments: Any, do: str = "call") -> dict[str, Any]:
    return {"do": do, "name": name, "args": list(arguments)}


def _layers(p: TextbookPass) -> range:
    return range(1, p.last + 1)


def _parameters(passes: list[TextbookPass]) -> list[Named]:
    p = passes[-1]
    return [
        *((f"new.W{l}", p.new_W[l]) for l in _layers(p)),
        *((f"new.b{l}", p.new_b[l]) for l in _layers(p)),
    ]


def _forward(p: TextbookPass) -> list[Named]:
    return [
        *((f"z{l}", p.z[l]) for l in _layers(p)),
        ("x", p.x),
        *((f"a{l}", p.a[l]) for l in _layers(p)),
    ]


def _trained(passes: list[TextbookPass], case: TextbookCase) -> list[Named]:
    if passes:
        return _parameters(passes)
    layers = range(1, case.depth + 1)
    return [(f"new.W{l}", case.weights[l - 1]) for l in layers] + [
        (f"new.b{l}", case.biases[l - 1]) for l in layers
    ]


# upon a whole network; lists, and the arrays in them, are the learner's to change
NETWORK_STEPS = [
    Step(
        "forward",
        lambda c, ps: [_call("forward", c.x, list(c.weights), list(c.biases))],
        lambda ps, rules: _forward(forward(ps[0].case, rules)),
        "forward",
        safe=(0,),
    ),
    Step(
        "loss",
        lambda c, ps: [_call("loss", ps[0].a[-1], c.y)],
        lambda ps, rules: [("loss", np.asarray(rules.loss(ps[0])))],
        "loss",
    ),
    Step(
        "output_delta",
        lambda c, ps: [_call("output_delta", ps[0].z[-1], ps[0].a[-1], c.y)],
        lambda ps, rules: [(f"delta{ps[0].last}", rules.output_delta(ps[0]))],
        "output delta",
    ),
    Step(
        "hidden_delta",
        lambda c, ps: [
            _call("hidden_delta", ps[0].W[l + 1], ps[0].delta[l + 1], ps[0].z[l])
            for l in range(c.depth - 1, 0, -1)
        ],
        lambda ps, rules: [
            (f"delta{l}", rules.hidden_delta(ps[0], l)) for l in range(ps[0].last - 1, 0, -1)
        ],
        "hidden delta",
    ),
    Step(
        "gradients",
        lambda c, ps: [_call("gradients", ps[0].delta[1:], ps[0].a)],
        lambda ps, rules: [
            *((f"dW{l}", rules.weight_gradient(ps[0], l)) for l in _layers(ps[0])),
            *((f"db{l}", rules.bias_gradient(ps[0], l)) for l in _layers(ps[0])),
        ],
        "gradients",
        safe=(),
        columns=True,
    ),
    Step(
        "update",
        lambda c, ps: [
            _call(
                "update",
                list(c.weights),
                list(c.biases),
                ps[0].dW[1:],
                ps[0].db[1:],
                c.learning_rate,
            )
        ],
        lambda ps, rules: [
            *((f"new.W{l}", rules.new_weights(ps[0], l)) for l in _layers(ps[0])),
            *((f"new.b{l}", rules.new_biases(ps[0], l)) for l in _layers(ps[0])),
        ],
        "update",
        safe=(),
    ),
]


def function_trials(cases: dict[str, TextbookCase] = CASES) -> list[Trial]:
    """The skeleton's functions upon cases, in the order in which a network computes."""
    of_curve = {
        ("sigmoid", "activation"): lambda ps, rules: [("sigmoid(z)", rules.f(ps[0], 1, ps[0].x))],
        ("sigmoid_derivative", "derivative"): lambda ps, rules: [
            ("sigmoid_derivative(z)", rules.slope(ps[0], 1))
        ],
    }
    trials = [
        Trial(Step(name, lambda c, ps, name=name: [_call(name, c.x)], gives, stage), where, case)
        for (name, stage), gives in of_curve.items()
        for where, case in CURVES.items()
    ]
    trials += [Trial(step, where, case) for step in NETWORK_STEPS for where, case in cases.items()]
    for where, case in several_steps(cases).items():
        train = Step(
            "train",
            lambda c, ps: [
                _call("train", c.x, c.y, list(c.weights), list(c.biases), c.learning_rate, c.steps)
            ],
            lambda ps, rules, case=case: _trained(ps, case),
            safe=(0, 1),
        )
        trials.append(Trial(train, where, case))
    return trials


def class_trials() -> list[Trial]:
    """The skeleton's class: what it predicts, its error, its parameters after training."""

    def made(case: TextbookCase) -> dict[str, Any]:
        (W1, W2), (b1, b2) = case.weights, case.biases
        return _call(CLASS, case.x, case.y, W1, W2, b1, b2, do="make")

    def train(case: TextbookCase, _: list[TextbookPass]) -> list[dict[str, Any]]:
        rounds = [_call("train", case.learning_rate, do="method") for _ in range(case.steps)]
        names = ("weights1", "weights2", "b1", "b2")
        return [made(case), *rounds, *(_call(name, do="read") for name in names)]

    steps = [
        Step(
            "predict",
            lambda c, ps: [made(c), _call("predict", do="method")],
            lambda ps, rules: [("a2", forward(ps[0].case, rules).a[2])],
            "forward",
        ),
        Step(
            "error",
            lambda c, ps: [made(c), _call("error", do="method")],
            lambda ps, rules: [("error", np.asarray(ps[0].loss))],
        ),
    ]
    trials = [Trial(step, where, case) for step in steps for where, case in SHALLOW.items()]
    update = Step("train", train, lambda ps, rules: _parameters(ps))
    return trials + [Trial(update, where, case) for where, case in several_steps(SHALLOW).items()]
