"""The file in NumPy predicts and learns as the network that it was written from."""

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
from glassnet.core import optimizers
from glassnet.core.activations import Softmax
from glassnet.exchange.code.plan import CodePlan, Learning

IN_CI, CAMPAIGN = 3, 50


def trained_copy(net: Any, X: Any, y: Any, learning: Learning) -> tuple[Any, int]:
    """A copy that learned for two epochs, or for one where it diverges in the second."""
    for epochs in (2, 1):
        trained = net.copy()
        history = gn.fit(
            trained, X, y, epochs=epochs, batch_size=4, seed=5, optimizer=learning.optimizer,
            clip_norm=learning.clip_norm, clip_value=learning.clip_value, progress=False,
        )  # fmt: skip
        if history.stopped == "finished":
            return trained, epochs
    raise AssertionError("it diverges at once")


def as_the_network(folder: Any, seed: int) -> None:
    net, X, y = random_network(seed)
    learning = random_learning(seed)
    trained, epochs = trained_copy(net, X, y, learning)
    path = write(folder, "numpy", CodePlan(net, f"net{seed}", learning=learning))
    assert not formatted(path), seed
    predicted, loss, learned = run(
        path,
        "before = made.forward(made.prepare(X))[-1]\n"
        "loss = made.loss(made.prepare(X), made.targets(y))\n"
        "made.train(X, y, epochs=epochs, seed=5)\n"
        "result = before, loss, [getattr(made, n) for n in names]",
        X=X, y=y, epochs=epochs, names=[name for name, _, _ in net.parameters()],
    )  # fmt: skip
    assert np.allclose(predicted, net.predict_proba(X), rtol=1e-12, atol=1e-12), seed
    measured = net.measure(net.forward(X), y).loss
    assert np.isclose(loss, measured, rtol=1e-12, atol=1e-12), seed
    sure = net.n_out == 1 and isinstance(net.dense_layers[-1].activation, Softmax)  # always 1
    assert not np.array_equal(trained.theta, net.theta) or not net.n_learned or sure
    for own, (name, theirs, _) in zip(learned, trained.parameters(), strict=True):
        assert np.allclose(own, theirs, rtol=1e-12, atol=1e-12), (seed, name)


@pytest.mark.parametrize("seed", range(IN_CI))
def test_it_predicts_and_learns_as_the_network(tmp_path, seed):
    as_the_network(tmp_path, seed)


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(IN_CI, CAMPAIGN))
def test_it_predicts_and_learns_as_the_network_at_length(tmp_path, seed):
    as_the_network(tmp_path, seed)


# -- what surrounds the network ------------------------------------------------------------


@pytest.mark.parametrize("dtype, within", [("float64", 1e-10), ("float32", 2e-5)])
def test_rows_of_a_table_go_in_as_they_are(tmp_path, dtype, within):
    import polars as pl

    # 1e-10: float64 tells the hour of a day counted from 1970 to eleven digits
    net, rows, answers = trained_on_a_table(dtype)
    path = write(tmp_path, "numpy", CodePlan(net, "table", targets=HOSTILE))
    assert not formatted(path)
    unseen = [dict.fromkeys(rows[0], ""), rows[3] | {HOSTILE[1]: "never met"}]
    predicted, labels, inputs, loss = run(
        path,
        "result = (made.forward(made.prepare(rows))[-1], made.predict(rows), made.prepare(rows),"
        " made.train(rows, labels, epochs=3))",
        rows=[*rows, *unseen], labels=[*answers, *answers[:2]],
    )  # fmt: skip
    frame = pl.DataFrame([*rows, *unseen])
    assert predicted.dtype == dtype
    assert np.allclose(inputs, net.preparation.apply(frame, dtype), rtol=within, atol=within)
    assert np.allclose(predicted, net.predict_proba(frame), rtol=within, atol=within)
    assert labels == net.predict(frame).tolist()
    again = net.copy()
    gn.fit(again, frame, [*answers, *answers[:2]], epochs=3, optimizer="sgd", progress=False)
    right = [list(net.classes).index(a) for a in [*answers, *answers[:2]]]
    measured = again.measure(again.forward(net.preparation.apply(frame, dtype)), right)
    assert np.isclose(loss, measured.loss, rtol=10 * within)


def test_a_bad_cell_is_named(tmp_path):
    net, rows, _ = trained_on_a_table()
    path = write(tmp_path, "numpy", CodePlan(net, "table"))
    code = (
        "result = []\n"
        "for odd in rows:\n"
        "    try:\n"
        "        made.predict([odd])\n"
        "    except ValueError as error:\n"
        "        result.append(str(error))\n"
    )
    odd = [rows[0] | {HOSTILE[2]: "perhaps"}, rows[0] | {HOSTILE[4]: "31.12.2020"}, {}]
    told = run(path, code, rows=odd)
    assert "perhaps" in told[0]
    assert "31.12.2020" in told[1]
    assert "missing" in told[2]


@pytest.mark.parametrize("image", [True, False])
def test_scales_of_numbers_and_of_targets(tmp_path, image):
    rng = np.random.default_rng(1)
    X, y = rng.uniform(0, 255, (40, 6)), rng.normal(1000, 100, (40, 2))
    net = gn.Network.dense([6, 4, 2], hidden="gelu", seed=0, dtype="float64", loss="squared_error")
    net.preparation = gn.Preparation.learn(X, image=image)
    from glassnet.data import TargetScale

    net.target_scale = TargetScale.learn(y)
    path = write(tmp_path, "numpy", CodePlan(net, "numbers"))
    assert not formatted(path)
    predicted = run(path, "result = made.predict(X)", X=X)
    assert np.allclose(predicted, net.predict(X), rtol=1e-12)
    learned = run(path, "made.train(X, y, epochs=2)\nresult = made.W1", X=X, y=y)
    gn.fit(net, X, y, epochs=2, optimizer="sgd", progress=False)
    assert np.allclose(learned, net.dense_layers[0].W, rtol=1e-12)


def test_many_weights_lie_beside_the_file(tmp_path):
    net = gn.Network.dense([64, 32, 10], output="softmax", seed=0)
    path = write(tmp_path, "numpy", CodePlan(net, "digits"))
    assert path.stat().st_size < 6000
    X = np.random.default_rng(0).normal(size=(5, 64))
    predicted = run(path, "result = made.predict(X)", X=X)
    assert np.allclose(predicted, net.predict_proba(X), atol=1e-6)


def test_check_finds_each_of_its_steps_right(tmp_path):
    from glassnet.tutor.check import check_file

    net = gn.Network.dense([4, 6, 3], hidden="tanh", output="softmax", seed=0, dtype="float64")
    for rule in ("sgd", "adam"):
        learning = Learning(optimizers.get(rule))
        report = check_file(
            write(tmp_path, "numpy", CodePlan(net, f"by_{rule}", learning=learning))
        )
        assert report.verdict == "right", (rule, report)


def test_an_activation_of_ones_own_is_written_by_its_formula(tmp_path):
    from glassnet.formula import Symbol

    z = Symbol("z")
    cube = gn.Elementwise("cube", lambda z: z**3, lambda z: 3 * z**2, formula=z**3)
    net = gn.Network.dense([3, 4, 2], hidden=cube, seed=0, dtype="float64")
    path = write(tmp_path, "numpy", CodePlan(net, "cube"))
    assert "a1 = z1**3" in path.read_text()
    X = np.random.default_rng(0).normal(size=(5, 3))
    assert np.allclose(run(path, "result = made.predict(X)", X=X), net.predict(X), rtol=1e-12)


def test_what_has_no_formula_is_refused_in_a_sentence(tmp_path):
    cube = gn.Elementwise("cube", lambda z: z**3, lambda z: 3 * z**2)
    net = gn.Network.dense([3, 4, 2], hidden=cube, seed=0)
    with pytest.raises(gn.InputError, match="cube has no formula"):
        write(tmp_path, "numpy", CodePlan(net, "cube"))
    assert list(tmp_path.iterdir()) == []
