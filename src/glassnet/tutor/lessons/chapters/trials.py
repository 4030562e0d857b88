"""What each chapter's function must give, worked out in another way than its solution does."""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from glassnet.explain.walks.example import WORKED
from glassnet.tutor.skeleton.contract import Named, Step, Trial
from glassnet.tutor.textbook import Array, case_of

Asked = dict[str, tuple[tuple[Any, ...], Any]]  # where → the arguments, and what they give


def trials_of_chapter(number: int, function: str) -> list[Trial]:
    """The trials of a chapter's function."""
    trials: list[Trial] = []
    for where, (arguments, value) in _ASKED[number]().items():
        call = {"do": "call", "name": function, "args": list(arguments)}
        named = _named(number, function, value)
        step = Step(
            function, lambda c, ps, call=call: [call], lambda ps, rules, named=named: named,
            shaped=True,
        )  # fmt: skip
        trials.append(Trial(step, where, case_of(WORKED)))
    return trials


def _named(number: int, function: str, value: Any) -> list[Named]:
    """What an answer's arrays are called."""
    if number not in _SEVERAL:
        return [(function, np.asarray(value, dtype=np.float64))]
    names = _SEVERAL[number] or [f"group {k} " for k in range(len(value))]
    return list(zip(names, value))


def _rng(number: int) -> np.random.Generator:
    return np.random.default_rng(number)


def _softplus() -> Asked:
    def slope(z: float) -> float:
        return 0.5 * (1 + math.tanh(z / 2))

    curve = np.linspace(-3, 3, 7)
    ends = np.array([-800.0, 800.0])
    return {
        "z from −3 to 3": ((curve,), [slope(z) for z in curve.tolist()]),
        "z of −800 and 800": ((ends,), [slope(z) for z in ends.tolist()]),
    }


def _rows_of_softmax(*shape: int) -> Array:
    e = np.exp(_rng(14).normal(size=shape))
    return e / e.sum(axis=1, keepdims=True)


def _softmax_squares() -> Asked:
    asked: Asked = {}
    for rows, classes in ((1, 3), (4, 5)):
        a = _rows_of_softmax(rows, classes)
        y = np.eye(classes)[_rng(rows).integers(0, classes, rows)]
        wanted = np.zeros_like(a)
        for k in range(rows):
            jacobian = np.diag(a[k]) - np.outer(a[k], a[k])
            wanted[k] = jacobian @ (a[k] - y[k])
        asked[f"{rows} rows of {classes} classes"] = (a, y), wanted
    return asked


def _leaky() -> Asked:
    return {
        f"{n} inputs, slope {slope:g}": (
            (n, slope),
            1 / (n * (0.5 + 0.5 * slope * slope)),
        )
        for n, slope in ((50, 0.2), (784, 0.01), (10, 0.0))
    }


def _nesterov() -> Asked:
    asked: Asked = {}
    for shape in ((3,), (2, 4)):
        w, v, g = _rng(16).normal(size=(3, *shape))
        rate, mu = 0.1, 0.8
        velocity = [mu * old + slope for old, slope in zip(v.ravel(), g.ravel())]
        moved = [
            old - rate * slope - rate * mu * speed
            for old, slope, speed in zip(w.ravel(), g.ravel(), velocity)
        ]
        wanted = [np.reshape(moved, shape), np.reshape(velocity, shape)]
        asked[f"weights of shape {shape}"] = (w, v, g, rate, mu), wanted
    return asked


def _adamw() -> Asked:
    asked: Asked = {}
    for t, rate, decay in ((1, 0.1, 0.05), (7, 0.01, 0.3)):
        w, m, g = _rng(17).normal(size=(3, 5))
        s = _rng(t).uniform(0.1, 1, 5)
        new: list[tuple[float, float, float]] = []
        for each, mean, square, slope in zip(w, m, s, g):
            mean, square = mean + 0.1 * (slope - mean), square + 0.001 * (slope**2 - square)
            quotient = mean / (1 - 0.9**t) / (math.sqrt(square / (1 - 0.999**t)) + 1e-8)
            new.append((each - rate * decay * each - rate * quotient, mean, square))
        wanted = [np.array(column) for column in zip(*new)]
        asked[f"step {t}, rate {rate:g}, decay {decay:g}"] = (w, m, s, g, t, rate, decay), wanted
    return asked


def _lengths() -> Asked:
    asked: Asked = {}
    for sizes in ([(3, 2), (3,)], [(4, 3), (4,), (2, 4), (2,)]):
        rng = _rng(len(sizes))
        before = [rng.normal(size=size) for size in sizes]
        after = [each + 0.01 * rng.normal(size=each.shape) for each in before]
        flat, moved = (np.concatenate([a.ravel() for a in arrays]) for arrays in (before, after))
        share = math.dist(moved, flat) / math.hypot(*flat)
        asked[f"{len(sizes)} arrays"] = (before, after), share
    return asked


def _errors() -> Asked:
    one = _rng(19).normal(size=(3, 2))
    near, far = one + 1e-6, -0.2 * one
    nothing = np.zeros((2, 2))
    asked: Asked = {}
    for name, other in (("two that are near", near), ("two that are far apart", far)):
        apart = math.dist(one.ravel(), other.ravel())
        asked[name] = (
            (one, other),
            apart / (math.hypot(*one.ravel()) + math.hypot(*other.ravel())),
        )
    return asked | {"noughts": ((nothing, nothing), 0.0)}


def _log_softmax() -> Asked:
    few = _rng(20).normal(size=(3, 4))
    far = np.array([[1000.0, 999.0, 0.0], [-1000.0, -1000.0, 0.0]])
    small = np.log(np.exp(few) / np.exp(few).sum(axis=1, keepdims=True))
    joined = 1000 + math.log1p(math.exp(-1))
    return {
        "small sums": ((few,), small),
        "sums of ±1000": ((far,), [[1000 - joined, 999 - joined, -joined], [-1000, -1000, 0]]),
    }


def _batches() -> Asked:
    asked: Asked = {}
    for rows, size in ((10, 4), (12, 3), (5, 8)):
        order = _rng(rows).permutation(rows)
        groups: list[list[int]] = []
        for place, row in enumerate(order.tolist()):
            if place % size == 0:
                groups.append([])
            groups[-1].append(row)
        asked[f"{rows} rows in groups of {size}"] = (order, size), list(map(np.array, groups))
    return asked


def _operations() -> Asked:
    return {
        "784-128-10, 128 rows": (([784, 128, 10], 128), 256 * (2 * 784 * 128 + 3 * 128 * 10)),
        "784-1024-1024-10, 256 rows": (
            ([784, 1024, 1024, 10], 256),
            512 * (2 * 784 * 1024 + 3 * 1024 * 1024 + 3 * 1024 * 10),
        ),
        "3-1, 1 row": (([3, 1], 1), 12),
    }


def _standardised() -> Asked:
    column = np.array([2.0, np.nan, 5.0, 11.0, 100.0, np.nan, 6.0])
    asked: Asked = {}
    for train in ([0, 2, 3, 6], [0, 1, 2, 3]):
        known = [column[k] for k in train if not math.isnan(column[k])]
        mean = math.fsum(known) / len(known)
        spread = math.sqrt(math.fsum((x - mean) ** 2 for x in known) / len(known))
        wanted = [0.0 if math.isnan(x) else (x - mean) / spread for x in column.tolist()]
        asked[f"trained on rows {train}"] = (column, np.array(train)), wanted
    return asked


def _balanced() -> Asked:
    ill = (np.arange(1000) < 10).astype(int)
    true = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2])
    said = np.array([0, 0, 0, 1, 1, 0, 2, 2, 3])
    return {
        "ten ill of a thousand": ((np.zeros(1000, dtype=int), ill), (0 / 10 + 990 / 990) / 2),
        "three classes": ((said, true), (3 / 4 + 1 / 2 + 2 / 3) / 3),
    }


def _kept() -> Asked:
    weights = _rng(25).normal(size=300).astype(np.float32)
    asked: Asked = {}
    for digits in (6, 7, 9):
        same = [_as_float32(f"{w:.{digits}g}") == w for w in weights.tolist()]
        asked[f"{digits} digits"] = (weights, digits), sum(same) / len(same)
    return asked


def _as_float32(text: str) -> float:
    return struct.unpack("<f", struct.pack("<f", float(text)))[0]


def _distances() -> Asked:
    asked: Asked = {}
    for n, d in ((4, 2), (3, 5)):
        P = _rng(n).normal(size=(n, d))
        wanted = [[math.dist(p, q) ** 2 for q in P.tolist()] for p in P.tolist()]
        asked[f"{n} points of {d} numbers"] = (P,), wanted
    return asked


_ASKED: dict[int, Callable[[], Asked]] = {
    13: _softplus, 14: _softmax_squares, 15: _leaky, 16: _nesterov, 17: _adamw, 18: _lengths,
    19: _errors, 20: _log_softmax, 21: _batches, 22: _operations, 23: _standardised,
    24: _balanced, 25: _kept, 26: _distances,
}  # fmt: skip
# whose answer is several arrays, and what each is called
_SEVERAL: dict[int, Sequence[str]] = {16: ("w", "v"), 17: ("w", "m", "s"), 21: ()}
