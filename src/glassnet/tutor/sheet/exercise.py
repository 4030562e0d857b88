"""Exercises for pencil and paper: a small network with friendly numbers, fixed by its seed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.explain import Answer, Example, Walk, walk
from glassnet.files.plain import to_plain
from glassnet.tutor.textbook import Array, TextbookCase, TextbookPass, case_of, compute

MARK = "glassnet exercise"  # begins the line by which a sheet says which exercise it is
BLANK = "____"  # stands in a sheet for a number that is still to be filled in
HIDDEN = ("sigmoid", "tanh", "relu")
OUTPUTS = ("sigmoid", "tanh", "identity", "softmax")
DIGITS = range(2, 9)  # decimals that a sheet may ask for
WIDEST, DEEPEST, MOST_BLANKS = 6, 4, 150
RATE = 0.5
DRAWS = 400
FLAT = {"sigmoid": 3, "tanh": 2, "softmax": 3}  # |z| beyond which they hardly grow any more
CLEAR = 20  # units of the last place that a value should have, so that a slip shows


@dataclass(frozen=True)
class SheetSettings:
    """What fixes an exercise: sizes from the inputs to the outputs, functions, digits, seed.

    digits are decimals. output "" stands for the hidden activation's companion: its own, and
    identity after relu, whose own kink would stop the output from learning. up_to is the last
    quantity that is asked for, as "delta2"; "" asks for the whole step.
    """

    sizes: tuple[int, ...] = (2, 2, 1)
    activation: str = "sigmoid"
    output: str = ""
    digits: int = 4
    seed: int = 0
    up_to: str = ""

    def __post_init__(self) -> None:
        if not self.output:
            own = "identity" if self.activation == "relu" else self.activation
            object.__setattr__(self, "output", own)
        _refuse_unfit(self)

    @property
    def unit(self) -> float:
        """One unit of the last place."""
        return 10.0**-self.digits


def read_sizes(text: str) -> tuple[int, ...]:
    """Sizes as they are written on the command line.

    >>> read_sizes("2-3-1")
    (2, 3, 1)
    """
    if not re.fullmatch(r"\s*\d{1,6}(\s*-\s*\d{1,6})+\s*", text, re.ASCII):
        raise InputError(
            f"sizes is '{text}': write the inputs, then the neurons of each layer, as 2-3-1."
        )
    return tuple(int(size) for size in text.split("-"))


def _refuse_unfit(s: SheetSettings) -> None:
    sizes, told = s.sizes, "-".join(map(str, s.sizes))
    if len(sizes) < 2 or min(sizes) < 1:
        raise InputError(
            f"sizes is {told}: give the inputs and at least one layer of neurons, each 1 or more, "
            "as 2-3-1."
        )
    blanks = sum(3 * n + 2 * n * before + 2 * n for before, n in pairwise(sizes)) + 1
    if max(sizes) > WIDEST or len(sizes) > DEEPEST + 1 or blanks > MOST_BLANKS:
        raise InputError(
            f"sizes is {told}, too large to compute by hand: a sheet has at most {DEEPEST} layers, "
            f"{WIDEST} neurons in each, and {MOST_BLANKS} blanks; this one would have {blanks}."
        )
    if s.activation not in HIDDEN:
        raise InputError(f"activation is '{s.activation}': choose {', '.join(HIDDEN)}.")
    if s.output not in OUTPUTS:
        raise InputError(f"output is '{s.output}': choose {', '.join(OUTPUTS)}.")
    if s.output == "softmax" and sizes[-1] < 2:
        raise InputError(
            f"sizes is {told}: softmax shares 1 among the outputs, so give 2 or more of them."
        )
    if s.digits not in DIGITS:
        raise InputError(f"digits is {s.digits}: give {DIGITS[0]} to {DIGITS[-1]} decimals.")
    if not 0 <= s.seed < 2**53:
        raise InputError(f"seed is {s.seed}: give a whole number from 0 up.")
    if s.up_to and s.up_to not in (names := quantity_names(len(sizes) - 1)):
        raise InputError(
            f"up_to is '{s.up_to}': a sheet {told} can end with {', '.join(names[:-1])}."
        )


def quantity_names(layers: int) -> list[str]:
    """The quantities of one step in the order of their computation.

    >>> quantity_names(1)
    ['z1', 'a1', 'loss', 'delta1', 'dW1', 'db1', 'new.W1', 'new.b1']
    """
    there, back = range(1, layers + 1), range(layers, 0, -1)
    return [
        *(f"{kind}{l}" for l in there for kind in ("z", "a")), "loss",
        *(f"delta{l}" for l in back), *(f"{kind}{l}" for l in back for kind in ("dW", "db")),
        *(f"new.{kind}{l}" for l in there for kind in ("W", "b")),
    ]  # fmt: skip


@dataclass(frozen=True)
class Quantity:
    """One array to fill in: z1, loss, delta1, dW1, new.W1, with the address of each entry."""

    name: str
    kind: str
    layer: int
    title: str
    addresses: tuple[str, ...]
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Exercise:
    """An exercise: its settings, its numbers, what is to be computed and in which order."""

    settings: SheetSettings
    example: Example

    blank = BLANK

    @property
    def mark(self) -> str:
        """The line by which a sheet says which exercise it is."""
        return f"{MARK} {json.dumps(to_plain(self.settings))}"

    @cached_property
    def walk(self) -> Walk:
        return walk(self.example, bias="neuron")

    @cached_property
    def network(self) -> Network:
        return self.example.network("neuron")

    @cached_property
    def case(self) -> TextbookCase:
        """The same numbers for the textbook's computation, its one sample a column."""
        return case_of(self.example)

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """In the order of the computation, up to the last that is asked for."""
        asked = list(self._quantities())
        names = [q.name for q in asked]
        last = names.index(self.settings.up_to) + 1 if self.settings.up_to else None
        return tuple(asked[:last])

    def _quantities(self) -> Iterator[Quantity]:
        for stage in self.walk.stages:
            addresses = tuple(stage.addresses)
            name = addresses[0].partition("[")[0]
            kind = name.rstrip("0123456789")
            layer = int(name[len(kind) :] or 0)
            title = stage.title.removesuffix(", updated")
            title = f"Updated biases of layer {layer}" if kind == "new.b" else title
            sizes = self.settings.sizes
            n = sizes[layer] if layer else 1
            shape = (n, sizes[layer - 1]) if kind in ("dW", "new.W") else (n, 1)
            yield Quantity(name, kind, layer, title, addresses, shape)

    @cached_property
    def answers(self) -> dict[str, Answer]:
        """Where each number comes from, with the exact values, by its address."""
        return {a.address: a for stage in self.walk.stages for a in self.walk.answers(stage)}

    @cached_property
    def exact(self) -> dict[str, float]:
        """Every number to be computed, without any rounding on the way."""
        asked = (address for q in self.quantities for address in q.addresses)
        return {address: self.answers[address].value for address in asked}

    @cached_property
    def given(self) -> dict[str, float]:
        """The numbers that the sheet gives, by their address."""
        e, found = self.example, dict[str, float]()
        found |= {f"x[{j}]": v for j, v in enumerate(e.inputs)}
        found |= {f"y[{i}]": v for i, v in enumerate(e.targets)}
        for n, (W, b) in enumerate(zip(self.case.weights, self.case.biases), start=1):
            found |= {f"W{n}[{i},{j}]": float(W[i, j]) for i, j in np.ndindex(W.shape)}
            found |= {f"b{n}[{i}]": float(b[i, 0]) for i in range(len(b))}
        return found


def make_exercise(settings: SheetSettings) -> Exercise:
    """The exercise of those settings, always the same.

    Weights, inputs and targets have one decimal; no neuron saturates, none sits at the kink of
    its ReLU, and no value but a silent ReLU's rounds to 0.

    Raises: InputError where so few digits leave no such numbers.
    """
    rng = np.random.default_rng(settings.seed)
    best, most = None, 0.0
    for _ in range(DRAWS):
        example = _drawn(settings, rng)
        smallest = _smallest(compute(case_of(example))[0])
        if smallest > most:
            best, most = example, smallest
        if most >= CLEAR * settings.unit:
            break
    if best is None or most < settings.unit:
        raise InputError(
            f"with {settings.digits} decimals some value of this network would round to 0: ask for "
            "more, as --digits 5, or for a smaller network."
        )
    return Exercise(settings, best)


def _drawn(s: SheetSettings, rng: np.random.Generator) -> Example:
    layers = list(zip(s.sizes[1:], s.sizes))
    n_out = s.sizes[-1]
    if s.output == "softmax":
        targets = np.eye(n_out)[rng.integers(n_out)]
    else:
        targets = _tenths(n_out, rng, signed=s.output != "sigmoid")
    names = "-".join(map(str, s.sizes))
    return Example(
        name=f"exercise {s.seed}: a network {names}",
        weights=[_tenths(n * before, rng).reshape(n, before).tolist() for n, before in layers],
        biases=[_tenths(n, rng, 5).tolist() for n, _ in layers],
        inputs=_tenths(s.sizes[0], rng).tolist(),
        targets=targets.tolist(),
        activations=[s.activation] * (len(layers) - 1) + [s.output],
        loss="cross_entropy" if s.output == "softmax" else "squared_error",
        learning_rate=RATE,
    )


def _tenths(n: int, rng: np.random.Generator, most: int = 9, signed: bool = True) -> Array:
    """n numbers of one decimal, none 0, and no two of one size before all have been used."""
    rounds = [rng.permutation(np.arange(1, most + 1)) for _ in range(-(-n // most))]
    signs = rng.choice([-1, 1], n) if signed else 1
    return signs * np.concatenate(rounds)[:n] / 10


def _smallest(p: TextbookPass) -> float:
    """The smallest size of a value that is to be computed; 0 where the numbers are unfit."""
    for z, name in zip(p.z[1:], p.case.activations):
        if np.abs(z).max() > FLAT.get(name, np.inf):
            return 0.0
        if name == "relu" and (np.abs(z).min() < 0.05 or not (z > 0).any()):
            return 0.0
    if np.abs(p.error).max() < 0.1:
        return 0.0
    arrays: Sequence[Array] = [
        *p.z[1:], *p.new_W[1:], *p.new_b[1:], p.delta[p.last], np.asarray(p.loss),
    ]  # fmt: skip
    smallest = min(float(np.abs(values).min()) for values in arrays)
    for l in range(1, p.last + 1):
        # what a silent ReLU takes part in is exactly 0
        awake = p.z[l] > 0 if p.case.activations[l - 1] == "relu" else np.ones_like(p.z[l], bool)
        before = p.z[l - 1] > 0 if l > 1 and p.case.activations[l - 2] == "relu" else None
        carried = awake & np.ones_like(p.W[l], bool) & (True if before is None else before.T)
        for values, counted in ((p.a[l], awake), (p.delta[l], awake), (p.dW[l], carried)):
            smallest = min(smallest, float(np.abs(values[counted]).min(initial=np.inf)))
    return smallest
