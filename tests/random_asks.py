"""Random passes to ask, every address in them, and a reader of formulas."""

import math
import re
from itertools import pairwise
from typing import Any

import numpy as np
from hypothesis import strategies as st

from glassnet.core import optimizers
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.layers import Dense, Dropout
from glassnet.core.losses import LOSSES
from glassnet.core.network import Network
from glassnet.core.optimizers import OPTIMIZERS, SGD
from glassnet.explain import Address, Ask
from glassnet.formula.updates import rules

WORDS = {
    "exp": math.exp, "ln": math.log, "tanh": math.tanh, "erf": math.erf, "sqrt": math.sqrt,
    "min": min, "max": max, "sign": lambda v: (v > 0) - (v < 0), "abs": abs, "pi": math.pi,
    "__builtins__": {},
}  # fmt: skip
RULES: list[Any] = [
    None, *OPTIMIZERS, {"name": "adagrad", "lr_decay": 0.1},
    {"name": "rmsprop", "centered": True, "momentum": 0.5},
    {"name": "adamw", "form": "paper"}, {"name": "amsgrad", "form": "paper"},
]  # fmt: skip


def worked_out(text: str) -> float:
    """The value of a formula in numbers: '½·(3 − (−2))²' is 12.5."""
    for sign, python in [("·", "*"), ("−", "-"), ("²", "**2"), ("³", "**3"), ("½", "0.5"),
                         ("π", "pi"), ("≤", "<="), ("^", "**")]:  # fmt: skip
        text = text.replace(sign, python)
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    assert text.isascii(), text
    return float(eval(text, dict(WORDS)))


def every_address(ask: Ask) -> list[str]:
    """Every scalar that can be asked of a pass."""
    layers = range(1, len(ask.net.dense_layers) + 1)
    places = [a for name in ("x", "y", "dx") for a in ask.addresses(name)]
    places += [
        a for n in layers for name in ("z", "a", "delta", "W", "b", "dW", "db")
        for a in ask.addresses(name, n)
    ]  # fmt: skip
    places += [a for n in range(1, len(layers)) for a in ask.addresses("da", n)]
    places += [a for n in ask.masks for a in ask.addresses("mask", n)]
    names = [str(place) for place in places]
    kept = sorted(ask.rule.state)
    rule = ["g", *kept, *(f"new.{name}" for name in kept)]
    rule += [name for name in ("m_hat", "v_hat") if name in rules(ask.rule, ask.t)]
    for n in layers:
        names += [f"{p}.{a}" for p in ("new", "penalty") for a in ask.addresses("W", n)]
        names += [f"new.{a}" for a in ask.addresses("b", n)]
        for name in "Wb":
            if ask.is_learned(Address(name, n)):
                names += [f"{p}.{a}" for p in rule for a in ask.addresses(name, n)]
        names += [f"{a}@{k}" for name in ("dW", "db") for a in ask.addresses(name, n)
                  for k in range(ask.batch)]  # fmt: skip
    names += ["loss", "objective", "learning_rate"] + [f"loss@{k}" for k in range(ask.batch)]
    return names


@st.composite
def passes(draw, dtypes: tuple[str, ...] = ("float64",)) -> Ask:
    """A pass and update of a random network: 1 to 3 layers of any kind, any loss and optimizer,
    dropout, penalties and bounds, 1 to 5 samples; sums of more than two terms keep a rest."""
    loss: Any = draw(
        st.sampled_from(
            [*LOSSES, {"name": "huber", "threshold": 0.4},
             {"name": "cross_entropy", "smoothing": 0.1},
             {"name": "binary_cross_entropy", "smoothing": 0.2}]
        )
    )  # fmt: skip
    name = loss if isinstance(loss, str) else loss["name"]
    sizes = draw(st.lists(st.integers(1, 4), min_size=2, max_size=4))
    joint = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid", "poisson": "exp"}.get(
        name
    )
    row = []
    for number, (n_in, n_out) in enumerate(pairwise(sizes)):
        last = number == len(sizes) - 2
        f: Any = joint if joint and last else draw(st.sampled_from(sorted(ACTIVATIONS)))
        if f == "leaky_relu":
            f = {"name": f, "slope": 0.2}
        if f == "elu":
            f = {"name": f, "alpha": 1.5}
        bias = draw(st.sampled_from(["neuron", "layer", "frozen"]))
        b = 0.5 if bias != "layer" else None
        row.append(Dense(n_in, n_out, f, bias=bias, frozen=draw(st.booleans()), b=b))
    if draw(st.booleans()):
        row.insert(draw(st.integers(0, len(row) - 1)), Dropout(0.4))
    net = Network(
        row, loss, seed=draw(st.integers(0, 10**6)), dtype=draw(st.sampled_from(dtypes)),
        l1=draw(st.sampled_from([0.0, 0.03])), l2=draw(st.sampled_from([0.0, 0.2])),
        max_norm=draw(st.sampled_from([None, 0.7])),
    )  # fmt: skip
    rng = np.random.default_rng(draw(st.integers(0, 10**6)))
    batch = draw(st.integers(1, 5))
    x = rng.normal(size=(batch, sizes[0]))
    y = rng.random((batch, sizes[-1]))
    if name == "cross_entropy":
        y /= y.sum(axis=1, keepdims=True)
    w = rng.random(batch) + 0.2 if draw(st.booleans()) else None
    rule = draw(st.sampled_from(RULES))
    rule = SGD(0.3) if rule is None else optimizers.get(rule)
    learned, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
    rule.start(learned)
    for _ in range(draw(st.integers(0, 2))):  # an optimizer that remembers
        net.gradient(x, y, w)
        rule.step(learned, grad, 1e-3)
        net.constrain()
    mask_rng = np.random.default_rng(1) if draw(st.booleans()) else None
    return Ask(
        net, x, y, w, optimizer=rule, factor=0.5, rng=mask_rng,
        clip_norm=draw(st.sampled_from([None, 0.2])), clip_value=draw(st.sampled_from([None, 0.1])),
        most_terms=draw(st.sampled_from([5, 100])),
    )  # fmt: skip
