"""Every public callable, with wrong kinds in every place: an InputError, or an answer.

Never another exception, never a warning, never a hang. `make campaign` runs 20,000 cases.
"""

import copy
import datetime
import inspect
import os
import signal
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import glassnet as gn

CASES, CAMPAIGN = 400, 20_000
SECONDS = 60  # a case takes milliseconds: what takes this long hangs

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 3))
Y = np.arange(12) % 2


def net() -> gn.Network:
    return gn.Network.dense([3, 4, 2], hidden="tanh", output="softmax")


def twice(net: gn.Network) -> gn.Network:
    gn.fit(net, X, Y, epochs=1)
    return net


class Hostile:
    """What no method of which answers."""

    def __repr__(self):
        raise RuntimeError("no repr")

    def __len__(self):
        raise RuntimeError("no len")

    def __array__(self, *args: Any, **kwargs: Any):
        raise RuntimeError("no array")

    def __iter__(self):
        raise RuntimeError("no members")

    def __eq__(self, other: object):
        raise RuntimeError("no likeness")

    __hash__ = None  # type: ignore[assignment]


def itself() -> list[Any]:
    row: list[Any] = []
    row.append(row)
    return row


# Each makes its value anew: a generator is used up, an array may be written to.
ODD: list[Callable[[], Any]] = [
    *(
        lambda value=value: copy.copy(value) if isinstance(value, list | dict | set) else value
        for value in [
            None,
            True,
            False,
            0,
            1,
            -1,
            2,
            3,
            7,
            10**30,
            -(10**30),
            0.5,
            -0.5,
            1e-300,
            1e308,
            -0.0,
            float("nan"),
            float("inf"),
            -float("inf"),
            1j,
            "",
            "abc",
            "relu",
            "adam",
            "1",
            "W1[0,0]",
            "a\0b",
            "\ud800",
            "x" * 5000,
            "\N{GREEK SMALL LETTER DELTA}",
            b"x",
            b"",
            [],
            (),
            [1],
            [1, 2],
            [[1, 2], [3]],
            [["a", "b", "c"]],
            [None] * 12,
            [[]],
            ["a"] * 12,
            {},
            {"a": 1},
            {0: "a"},
            {"name": "relu"},
            {"name": "adam"},
            {"kind": "dense"},
            {0: 1.0, 1: 2.0},
            {1, 2},
            frozenset(),
            range(3),
            object(),
            print,
            int,
            float,
            np,
            ...,
            NotImplemented,
            Fraction(1, 3),
            Decimal("0.1"),
            datetime.date(2020, 1, 1),
            Path("nothing/there"),
            slice(3),
            ValueError("x"),
            np.float32(0.5),
            np.int8(-3),
            np.str_("a"),
            np.bool_(True),
            np.float64("nan"),
            np.datetime64("2020-01-01"),
            np.dtype("float32"),
            "float64",
            "../x",
            64,
            "xor",
            "loss",
        ]
    ),
    Hostile,
    itself,
    lambda: (i for i in range(3)),
    lambda: iter([]),
    lambda: lambda *a, **k: None,
    net,
    lambda: gn.Dense(3, 2),
    lambda: gn.Network,
    lambda: gn.SGD(),
    lambda: gn.Cosine(),
    lambda: gn.CrossEntropy(),
    lambda: gn.LBFGS(),
    lambda: np.random.default_rng(0),
    lambda: net().forward(X),
    lambda: X.copy(),
    lambda: Y.copy(),
    lambda: X.astype(np.float32),
    lambda: X.astype(np.float16),
    lambda: X.astype(object),
    lambda: X.astype(str),
    lambda: X.astype(complex),
    lambda: X * 1e300,
    lambda: X * np.nan,
    lambda: np.full((12, 3), np.inf),
    lambda: X[:0],
    lambda: X[:, :0],
    lambda: X[:, :2],
    lambda: X[None],
    lambda: X.T,
    lambda: X[::-1],
    lambda: X > 0,
    lambda: X[0],
    lambda: Y.astype(float),
    lambda: Y + 0.5,
    lambda: Y * 7,
    lambda: Y - 1,
    lambda: Y.astype(str),
    lambda: Y.astype("datetime64[s]"),
    lambda: Y.astype(object),
    lambda: np.array(3.0),
    lambda: np.zeros(0),
    lambda: np.zeros((0, 0)),
    lambda: np.ma.masked_less(X, 0.0),
    lambda: np.ma.masked_equal(Y, 1),
    lambda: np.zeros(3, dtype=[("a", int), ("b", float)]),
    lambda: np.eye(2)[Y],
    lambda: np.ones((1,) * 30),
    lambda: np.array([2**63], dtype=np.uint64),
    lambda: np.broadcast_to(np.float64(1.0), (12, 3)),
    lambda: [[10**400] * 3] * 12,
    lambda: X.tolist(),
    lambda: memoryview(b"abc"),
    lambda: bytearray(12),
]

ODD_PLACES: dict[str, Callable[..., Any]] = {}


def place(name: str, call: Callable[..., Any], /, **settings: Any) -> None:
    """A callable with settings that it takes, made anew for each case where they are functions."""
    ODD_PLACES[name] = lambda: (call, dict(settings))


def some(values: Callable[[], Any]) -> Callable[[], Any]:
    values.anew = True  # type: ignore[attr-defined]
    return values


a_net, rows, labels = some(net), some(lambda: X.copy()), some(lambda: Y.copy())

for kind in (
    gn.SGD,
    gn.Momentum,
    gn.Nesterov,
    gn.AdaGrad,
    gn.RMSProp,
    gn.Adam,
    gn.AMSGrad,
    gn.AdamW,
    gn.LBFGS,
    gn.Constant,
    gn.Exponential,
    gn.Cosine,
    gn.OneCycle,
    gn.CosineOfLog,
    gn.Distortion,
    gn.SquaredError,
    gn.AbsoluteError,
    gn.Huber,
    gn.Pinball,
    gn.Poisson,
    gn.CrossEntropy,
    gn.BinaryCrossEntropy,
    gn.History,
):
    place(kind.__name__, kind)
place("StepDecay", gn.StepDecay, every=2)
place("WarmUp", gn.WarmUp, steps=2)
place("Dense", gn.Dense, n_in=3, n_out=2)
place("Dropout", gn.Dropout, rate=0.5)
place("Network", gn.Network, layers=some(lambda: [gn.Dense(3, 2)]))
place("Network.dense", gn.Network.dense, sizes=[3, 2])
place("fit", gn.fit, net=a_net, X=rows, y=labels, epochs=1)
place(
    "fit with much",
    gn.fit,
    net=a_net,
    X=rows,
    y=labels,
    epochs=2,
    validation=0.25,
    early_stopping=1,
    optimizer=some(lambda: gn.Momentum()),
    schedule="cosine",
    clip_norm=1.0,
)
place("fit by L-BFGS", gn.fit, net=a_net, X=rows, y=labels, epochs=2, optimizer="lbfgs")
place("ask", gn.ask, net=a_net, x=rows, y=labels)
place("conformalize", gn.conformalize, net=twice(net()), X=rows, y=some(lambda: Y))
place("load_conformal", gn.load_conformal)
place("from_torch", gn.from_torch, module=some(lambda: object()))
place("from_keras", gn.from_keras, model=some(lambda: object()))
place("from_sklearn", gn.from_sklearn, estimator=some(lambda: object()))
place("shapley_values", gn.shapley_values, net=a_net, x=some(lambda: X[0]), background=rows)
place("counterfactual", gn.counterfactual, net=twice(net()), x=some(lambda: X[0]), background=rows)
place(
    "partial_dependence",
    gn.partial_dependence,
    net=a_net,
    X=rows,
    column="x[0]",
)
place("gradcheck", gn.gradcheck, net=a_net, x=rows, y=labels, max_receipts=2)
place("along_directions", gn.along_directions, net=a_net, x=rows, y=labels)
place("load", gn.load, path="nothing.safetensors")
place("export", gn.export, net=net, path="net.npz", to="npz", optimizer="sgd")
place("load_data", gn.load_data, name_or_path="xor")
place("Dataset", gn.Dataset, name="mine", X=rows, y=labels)
place("split_train_test", gn.split_train_test, dataset=some(lambda: gn.Dataset("mine", X, Y)))
place("Preparation", gn.Preparation, kind="standardize", n_features=1, mean=(0.0,), scale=(1.0,))
place("Preparation.learn", gn.Preparation.learn, X=rows)
place("Recording.open", gn.Recording.open, path="nothing")
for measure in (gn.accuracy, gn.r2):
    place(measure.__name__, measure, y=labels, y_hat=labels)
place("confusion", gn.confusion, y=labels, y_hat=labels, n_classes=2)


def method(name: str, make: Callable[[], Any], of: str, /, **settings: Any) -> None:
    """A method of what make makes."""
    ODD_PLACES[f"{name}.{of}"] = lambda: (getattr(make(), of), dict(settings))


for of in ("inputs", "forward"):
    method("net", net, of, x=rows)
for of in ("predict", "predict_proba"):
    method("net", net, of, X=rows)
method("net", net, "gradient", x=rows, y=labels)
method("net", net, "backward", p=some(lambda: net().forward(X)), y=labels)
method("net", net, "measure", p=some(lambda: net().forward(X)), y=labels)
method("net", net, "split", vector=some(lambda: net().theta))
method("net", net, "load_state_dict", state=some(lambda: net().state_dict()))
method("net", net, "astype", dtype="float64")
method("net", net, "save", path="model.safetensors")
method("net", net, "decide", out=some(lambda: net().predict_proba(X)))
method("net", net, "choose", y_hat=some(lambda: net().predict_proba(X)))
for of in ("copy", "spec", "penalty", "penalize", "constrain", "parameters", "state_dict"):
    method("net", net, of)
method("asked", lambda: gn.ask(net(), X, Y), "at", address="dW1[0,0]")
method("asked", lambda: gn.ask(net(), X, Y), "addresses", name="W", layer=1)
method("answer", lambda: gn.ask(net(), X, Y).at("dW1[0,0]"), "put_in", digits=3)
method("preparation", lambda: gn.Preparation.learn(X), "apply", X=rows)
method("history", lambda: gn.fit(net(), X, Y, epochs=1), "__getitem__", name="loss")
method("lbfgs", gn.LBFGS, "minimize", closure=lambda t: (float(t @ t), 2 * t), theta=np.ones(2))

# What means work without end where it is huge, or writes where it should not.
LEFT_ALONE = {("along_directions", "directions"), ("Network", "draw")}
# A door costs these more than a hundredth: a call without x, or with more, is Python's TypeError.
WITHOUT_DOOR = {"net.inputs", "net.forward", "net.predict", "net.predict_proba"}


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[tuple[str, int]], bool, int]:
    """A callable, which of its places hold which odd values, what is left out or too much."""
    name = draw(st.sampled_from(sorted(ODD_PLACES)))
    call, own = ODD_PLACES[name]()
    try:
        known = [p for p in inspect.signature(call).parameters.values() if p.kind != p.VAR_KEYWORD]
    except ValueError:
        known = []
    names = [p.name for p in known if p.kind != p.VAR_POSITIONAL] or list(own)
    names = [each for each in names if (name, each) not in LEFT_ALONE]
    odd = (
        []
        if not names
        else draw(
            st.lists(
                st.tuples(st.sampled_from(names), st.integers(0, len(ODD) - 1)),
                min_size=1,
                max_size=3,
            )
        )
    )
    held = name not in WITHOUT_DOOR
    left_out = held and draw(st.integers(0, 30)) == 0
    strange = held and draw(st.integers(0, 30)) == 0
    return name, odd, left_out, 2 if strange else 0


@contextmanager
def within(seconds: int) -> Iterator[None]:
    def late(*_: Any) -> None:
        raise AssertionError(f"still at it after {seconds} s")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def made(value: Any) -> Any:
    return value() if getattr(value, "anew", False) else value


def stop(event: Any) -> str:
    return "stop"


def run(name: str, odd: list[tuple[str, int]], left_out: bool, strange: int) -> None:
    call, own = ODD_PLACES[name]()
    given = {key: made(value) for key, value in own.items()}
    for key, which in odd:
        given[key] = ODD[which]()
    if left_out and given:
        given.pop(next(iter(given)))
    if strange:
        given["foo"] = 1
    if name.startswith("fit") and "callbacks" not in given:
        given["callbacks"] = [stop]
    with within(SECONDS), warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            call(**given)
        except gn.InputError as error:
            sentence = str(error)
        else:
            return
    assert sentence
    assert len(sentence) < 1000
    assert "\n" not in sentence


def fuzz(examples: int) -> None:
    checks = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]

    @settings(max_examples=examples, deadline=None, suppress_health_check=checks)
    @given(cases())
    def each(case: tuple[str, list[tuple[str, int]], bool, int]) -> None:
        run(*case)

    each()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder to work in, and NumPy as it comes: what overflows gives a warning."""
    monkeypatch.chdir(tmp_path)
    with np.errstate(all="warn", under="ignore"):
        yield


def test_every_public_callable_is_in_the_table():
    callables = {name for name in gn.__all__ if callable(getattr(gn, name))} - {"InputError"}
    missing = {
        c for c in callables if not any(place.split(".")[0].startswith(c) for place in ODD_PLACES)
    }
    # those to derive one's own from, what takes such a class, what takes nothing, and the widget,
    # whose page is built first: tests/studio/test_widget.py calls it oddly
    derived = {"Activation", "Loss", "Optimizer", "Schedule", "Elementwise"}
    assert missing <= derived | {"register", "watch", "Studio"}


@pytest.mark.usefixtures("elsewhere")
def test_wrong_kinds_in_every_place_are_refused_or_answered():
    fuzz(CASES)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.usefixtures("elsewhere")
def test_wrong_kinds_in_every_place_are_refused_or_answered_often():
    fuzz(CAMPAIGN)


if __name__ == "__main__":  # counts, by kind, what ends otherwise than it should
    import collections
    import random
    import sys
    import tempfile

    os.chdir(tempfile.mkdtemp())
    chance = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    ends: dict[str, list[str]] = collections.defaultdict(list)
    total = int(sys.argv[1])
    for _ in range(total):
        name = chance.choice(sorted(ODD_PLACES))
        call, own = ODD_PLACES[name]()
        try:
            parameters = inspect.signature(call).parameters.values()
        except ValueError:
            parameters = []
        names = [p.name for p in parameters if p.kind not in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
        names = [n for n in (names or list(own)) if (name, n) not in LEFT_ALONE]
        odd = [
            (chance.choice(names), chance.randrange(len(ODD)))
            for _ in range(chance.choice((1, 1, 2, 3)) if names else 0)
        ]
        held = name not in WITHOUT_DOOR
        case = name, odd, held and chance.random() < 0.03, 2 * (held and chance.random() < 0.03)
        try:
            run(*case)
        except BaseException as error:
            import traceback

            at = traceback.extract_tb(error.__traceback__)[-1]
            here = [
                f for f in traceback.extract_tb(error.__traceback__) if "glassnet/" in f.filename
            ]
            where = f"{Path(here[-1].filename).name}:{here[-1].lineno}" if here else at.name
            ends[f"{name:24} {where:24} {type(error).__name__}: {str(error)[:90]!r}"].append(
                repr(odd)
            )
    print(f"{sum(map(len, ends.values()))} of {total} end otherwise, in {len(ends)} ways")
    for end, ways in sorted(ends.items(), key=lambda e: -len(e[1])):
        print(f"{len(ways):5} {end}  {ways[0][:80]}")
