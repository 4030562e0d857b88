"""The file in plain Python predicts and learns as the network, and needs nothing."""

from typing import Any

import numpy as np
import pytest
from code_written import (
    HOSTILE,
    formatted,
    random_learning,
    random_network,
    run,
    trained_on_a_table,
    write,
)

import glassnet as gn
from glassnet.core import activations, optimizers
from glassnet.exchange.code.plan import CodePlan, Learning

IN_CI, CAMPAIGN = 3, 50
UPDATES = 10
ALONE = "sys.modules['numpy'] = None\n"
LEARNS = (
    f"{ALONE}losses = [*made.train(X, y, 4), *made.train(X, y, {UPDATES - 4})]\n"
    "result = losses, made.theta, [made.forward(made.inputs(row)) for row in X]"
)


def as_the_network(folder: Any, seed: int) -> None:
    net, X, _ = random_network(seed)
    path = write(folder, "python", CodePlan(net, f"net{seed}"))
    assert not formatted(path), seed
    told = run(path, f"{ALONE}result = [made.forward(row) for row in X]", X=X.tolist())
    assert np.allclose(told, net.predict_proba(X), rtol=1e-12, atol=1e-12), seed


def plainly_trained(seed: int, dtype: str = "float64") -> tuple[Any, Any, Any, Learning]:
    """A network without what has no lines of numbers, that learns by any rule; and its rows."""
    net, X, y = random_network(seed, dtype)
    layers: list[Any] = list(net.dense_layers)
    for layer in layers:
        layer.frozen = False
    if net.loss.joint != "softmax" and layers[-1].activation.name == "softmax":
        layers[-1].activation = activations.get("tanh")
    l1, l2 = ((0.0, 0.0), (0.0, 0.1), (0.02, 0.1))[seed % 3]
    net = gn.Network(layers, net.loss, dtype=dtype, l1=l1, l2=l2)
    return net, X, y, Learning(random_learning(seed).optimizer)


def learns_as_the_network(folder: Any, seed: int, dtype: str = "float64") -> None:
    net, X, y, learning = plainly_trained(seed, dtype)
    path = write(folder, "python", CodePlan(net, f"net{seed}", learning=learning))
    assert not formatted(path), seed
    losses, theta, told = run(path, LEARNS, X=X.tolist(), y=y.tolist())
    trained = net.copy()
    history = gn.fit(trained, X, y, epochs=UPDATES, batch_size=len(X),
                     optimizer=learning.optimizer, progress=False)  # fmt: skip
    rtol, atol = (1e-12, 1e-12) if dtype == "float64" else (1e-4, 1e-5)
    assert len(losses) == len(history), (seed, history.stopped)
    for own, theirs in (
        (losses, [each["loss"] for each in history.epochs]),
        (theta, trained.theta),
        (told, trained.predict_proba(X)),
    ):
        assert np.allclose(own, theirs, rtol=rtol, atol=atol), seed


@pytest.mark.parametrize("seed", range(IN_CI))
def test_it_predicts_as_the_network(tmp_path, seed):
    as_the_network(tmp_path, seed)


@pytest.mark.parametrize("seed", range(IN_CI))
def test_it_learns_as_the_network(tmp_path, seed):
    learns_as_the_network(tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(IN_CI, CAMPAIGN))
def test_it_predicts_and_learns_as_the_network_at_length(tmp_path, seed):
    as_the_network(tmp_path, seed)
    learns_as_the_network(tmp_path, seed)


@pytest.mark.parametrize("seed", range(IN_CI))
def test_in_single_precision_it_learns_within_its_digits(tmp_path, seed):
    learns_as_the_network(tmp_path, seed, "float32")


# -- what surrounds the network ------------------------------------------------------------


@pytest.mark.parametrize("rule", ["sgd", "adam"])
def test_rows_of_a_table_go_in_as_they_are(tmp_path, rule):
    """With columns, levels and classes whose names are code elsewhere."""
    import polars as pl

    net, rows, answers = trained_on_a_table()
    assert net.preparation is not None
    path = write(tmp_path, "python", CodePlan(net, "table", targets=HOSTILE,
                                              learning=Learning(optimizers.get(rule))))  # fmt: skip
    assert not formatted(path)
    told, learned, inputs = run(
        path,
        f"{ALONE}result = [made.predict(row) for row in rows], (made.train(rows, answers, 5),"
        " made.theta), [made.inputs(row) for row in rows]",
        rows=rows, answers=answers,
    )  # fmt: skip
    frame = pl.DataFrame(rows)
    assert told == net.predict(frame).tolist()
    history = gn.fit(net, frame, answers, epochs=5, batch_size=len(rows), optimizer=rule,
                     progress=False)  # fmt: skip
    # 1e-10: float64 tells the hour of a day counted from 1970 to eleven digits
    assert np.allclose(inputs, net.preparation.apply(frame, "float64"), rtol=1e-10, atol=1e-10)
    assert np.allclose(learned[0], [each["loss"] for each in history.epochs], rtol=1e-10)
    assert np.allclose(learned[1], net.theta, rtol=1e-9, atol=1e-9)


def test_numbers_come_and_are_learned_in_their_units(tmp_path):
    from glassnet.data import TargetScale

    X, y = np.random.default_rng(0).uniform(0, 9, (20, 3)), np.arange(20.0)
    net = gn.Network.dense([3, 4, 1], hidden="softplus", seed=0, dtype="float64")
    net.preparation, net.target_scale = gn.Preparation.learn(X), TargetScale.learn(y)
    path = write(tmp_path, "python", CodePlan(net, "numbers"))
    assert not formatted(path)
    before, after = run(
        path,
        f"{ALONE}before = [made.predict(row) for row in X]\nmade.train(X, y, 5, rate=0.1)\n"
        "result = before, [made.predict(row) for row in X]",
        X=X.tolist(), y=y.tolist(),
    )  # fmt: skip
    assert np.allclose(before, net.predict(X), rtol=1e-12)
    gn.fit(net, X, y, epochs=5, batch_size=20, optimizer=gn.SGD(0.1), progress=False)
    assert np.allclose(after, net.predict(X), rtol=1e-12)
    assert not np.allclose(after, before, rtol=1e-3)


def test_two_classes_by_one_output(tmp_path):
    X = np.random.default_rng(0).normal(size=(20, 2))
    y = np.where(X[:, 0] > 0, "yes", "no")
    net = gn.Network.dense([2, 3, 1], output="sigmoid", seed=0, dtype="float64")
    gn.fit(net, X, y, epochs=1, progress=False)
    path = write(tmp_path, "python", CodePlan(net, "two"))
    told, theta = run(path, f"{ALONE}made.train(X, y, 9)\n"
                      "result = [made.predict(row) for row in X], made.theta",
                      X=X.tolist(), y=y.tolist())  # fmt: skip
    gn.fit(net, X, y, epochs=9, batch_size=20, optimizer="sgd", progress=False)
    assert np.allclose(theta, net.theta, rtol=1e-12, atol=1e-12)
    assert told == net.predict(X).tolist()


def test_far_from_0_nothing_overflows(tmp_path):
    X = [[1e3], [-1e3]]
    for hidden in ("sigmoid", "silu", "softplus", "gelu"):
        net = gn.Network(
            [gn.Dense(1, 2, hidden, W=[[5.0], [-5.0]]), gn.Dense(2, 1)], dtype="float64"
        )
        path = write(tmp_path, "python", CodePlan(net, hidden))
        losses, theta = run(path, "result = made.train(X, [1, 2], 1, 1e-9), made.theta", X=X)
        history = gn.fit(net, X, [1.0, 2.0], epochs=1, optimizer=gn.SGD(1e-9), progress=False)
        assert np.allclose(losses, [history.epochs[0]["loss"]], rtol=1e-12)
        assert np.allclose(theta, net.theta, rtol=1e-12)


def test_it_ends_before_a_loss_that_is_not_finite(tmp_path):
    net = gn.Network.dense([1, 1], seed=0, dtype="float64", loss="squared_error")
    path = write(tmp_path, "python", CodePlan(net, "far"))
    losses = run(path, "result = made.train([[1e3]], [1.0], 500, rate=1e9)")
    assert 0 < len(losses) < 500
    assert np.isfinite(losses).all()


def test_what_does_not_fit_is_told(tmp_path):
    net = gn.Network.dense([2, 3, 2], seed=0, loss="squared_error")
    path = write(tmp_path, "python", CodePlan(net, "net"))
    code = (
        "result = []\n"
        "for rows, answers in pairs:\n"
        "    try:\n"
        "        made.train(rows, answers)\n"
        "    except ValueError as error:\n"
        "        result.append(str(error))\n"
    )
    pairs = [([[1, 2, 3]], [[1, 2]]), ([[1, 2]], [[1]]), ([], [])]
    told = run(path, code, pairs=pairs)
    answers = "expected rows, and with each an answer of 2 numbers"
    assert told == ["a row is to have 2 numbers, not 3", answers, answers]


@pytest.mark.parametrize(
    ("about", "learning", "said"),
    [
        ({"max_norm": 1.0}, {}, "a bound on the weights' length"),
        ({}, {"clip_norm": 1.0}, "clipping"),
        ({}, {"clip_value": 1.0}, "clipping"),
        ({}, {"optimizer": gn.Adam(eps=0.0)}, "one of its parts"),
        ({"dropout": True}, {}, "dropout"),
        ({"frozen": True}, {}, "all of its layers are frozen"),
    ],
)
def test_what_has_no_lines_of_numbers_predicts_alone_and_says_so(tmp_path, about, learning, said):
    settings = dict(about)
    drop, frozen = settings.pop("dropout", False), settings.pop("frozen", False)
    layers = [gn.Dense(2, 3, "tanh"), *[gn.Dropout(0.5)] * drop, gn.Dense(3, 2, "softmax")]
    net = gn.Network(layers, seed=0, dtype="float64", **settings)
    if frozen:
        net.freeze(1, 2)
    path = write(tmp_path, "python", CodePlan(net, "net", learning=Learning(**learning)))
    assert not formatted(path)
    text = path.read_text()
    said = said if frozen else f"there are no lines of plain numbers for {said}"
    assert f"It does not learn here: {said}." in text
    told, learns = run(path, "result = made.forward([1, 2]), hasattr(made, 'train')")
    assert np.allclose(told, net.predict_proba([[1.0, 2.0]])[0], rtol=1e-12)
    assert not learns


def test_an_activation_of_ones_own_predicts_by_its_formula(tmp_path):
    from glassnet.formula import Symbol

    z = Symbol("z")
    cube = gn.Elementwise("softmax", lambda z: z**3, lambda z: 3 * z**2, formula=z**3)
    net = gn.Network.dense([3, 4, 2], hidden=cube, seed=0, dtype="float64")
    path = write(tmp_path, "python", CodePlan(net, "cube"))
    assert "a1_0 = z1_0**3" in path.read_text()
    X = np.random.default_rng(0).normal(size=(5, 3))
    told = run(path, "result = [made.predict(row) for row in X]", X=X.tolist())
    assert np.allclose(told, net.predict(X), rtol=1e-12)


def test_many_weights_are_refused_in_a_sentence(tmp_path):
    net = gn.Network.dense([64, 32, 10], output="softmax", seed=0)
    with pytest.raises(gn.InputError, match="2,410 weights are too many"):
        write(tmp_path, "python", CodePlan(net, "digits"))
