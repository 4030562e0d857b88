"""Several ranks train as one process does: to rounding, and in shards to the last bit."""

from typing import Any

import numpy as np
import pytest
from training.thread_team import ThreadTeam, by_ranks

from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.network import Network
from glassnet.training import EpochEnd, Progress, TrainingEnd, fit
from glassnet.training.loop.shared_pass import RowDraws, leap
from glassnet.training.team import ALONE, added_in_order, own

OPTIMIZERS = ["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw", "amsgrad"]
rng = np.random.default_rng(5)
X = rng.normal(size=(203, 6))
LABELS = (X[:, 0] * X[:, 1] + X[:, 2] > 0).astype(int) + (X[:, 3] > 1)
NUMBERS = np.stack([np.sin(X[:, 0]) + X[:, 1], X[:, 2] * X[:, 3]], axis=1)
WEIGHTS = rng.uniform(0, 2, len(X)) * (rng.random(len(X)) > 0.2)


def network(labels: bool = True, dtype: str = "float64", **parts: Any) -> Network:
    if labels:
        return Network.dense([6, 9, 7, 3], output="softmax", dtype=dtype, seed=3, **parts)
    return Network.dense([6, 9, 7, 2], hidden="tanh", dtype=dtype, seed=3, **parts)


def trained(
    team: Any = ALONE, labels: bool = True, dtype: str = "float64", parts: Any = (), **settings: Any
) -> tuple[Network, Any]:
    net = network(labels, dtype, **dict(parts))
    settings = {"epochs": 4, "batch_size": 25, "optimizer": "adam"} | settings
    *_, end = fit(net, X, LABELS if labels else NUMBERS, team=team, **settings)
    assert isinstance(end, TrainingEnd)
    return net, end.history


def assert_near(nets: list[Network], alone: Network, tolerance: float) -> None:
    size = np.linalg.norm(alone.theta)
    for net in nets:
        assert np.linalg.norm(net.theta - alone.theta) <= tolerance * size
        np.testing.assert_array_equal(net.theta, nets[0].theta)


# 203 rows in batches of 25: nine steps an epoch, the last of three rows, fewer than four ranks
CASES: dict[str, dict[str, Any]] = {
    **{name: {"optimizer": name} for name in OPTIMIZERS},
    "lbfgs": {"optimizer": "lbfgs", "epochs": 8},
    "weights": {"sample_weight": WEIGHTS},
    "class weights": {"class_weight": "balanced"},
    "dropout": {"parts": {"dropout": 0.3}},
    "penalties": {"parts": {"l2": 0.01, "l1": 0.001, "max_norm": 1.5}},
    "clipping": {"clip_norm": 0.3, "clip_value": 0.1},
    "schedule": {"schedule": "one_cycle"},
    "early stopping": {"validation": 0.2, "early_stopping": 1, "epochs": 30, "learning_rate": 0.03},
    "numbers": {"labels": False, "validation": 0.2},
    "one batch": {"batch_size": 500},
    "single rows": {"batch_size": 1, "epochs": 1},
    "no shuffle": {"shuffle": False},
}


@pytest.mark.parametrize("case", CASES)
def test_ranks_train_what_one_process_trains(case: str) -> None:
    settings = CASES[case]
    alone, history = trained(**settings)
    results = by_ranks(4, lambda team: trained(team, **settings))
    assert_near([net for net, _ in results], alone, 1e-10)
    for _, other in results:
        expected = len(history), history.steps, history.stopped
        assert (len(other), other.steps, other.stopped) == expected
        np.testing.assert_allclose(other["loss"], history["loss"], rtol=1e-9)
        for name in ("val_loss", "val_accuracy", "val_r2"):
            if name in history:
                np.testing.assert_allclose(other[name], history[name], rtol=1e-9)


def test_after_100_steps_float64_agrees_to_ten_digits() -> None:
    parts = {"dropout": 0.2, "l2": 1e-3}
    settings: Any = {"epochs": 12, "parts": parts, "sample_weight": WEIGHTS, "clip_norm": 1.0}
    alone, history = trained(**settings)
    assert history.steps > 100
    for size in (2, 7):
        results = by_ranks(size, lambda team: trained(team, **settings))
        assert_near([net for net, _ in results], alone, 1e-10)


def test_float32_agrees_to_four_digits() -> None:
    settings: Any = {"dtype": "float32", "parts": {"dropout": 0.2}, "epochs": 12}
    alone, _ = trained(**settings)
    results = by_ranks(3, lambda team: trained(team, **settings))
    assert_near([net for net, _ in results], alone, 1e-4)


SHORT = {"early stopping": {"epochs": 4}, "lbfgs": {"epochs": 3}}


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize(
    "case", ["adam", "lbfgs", "weights", "dropout", "early stopping", "numbers", "one batch"]
)
def test_shards_give_the_same_bits_on_any_number_of_ranks(case: str, dtype: str) -> None:
    settings = CASES[case] | {"dtype": dtype, "shards": 8} | SHORT.get(case, {})
    alone, history = trained(**settings)
    for size in (2, 3, 8):
        for net, other in by_ranks(size, lambda team: trained(team, **settings)):
            np.testing.assert_array_equal(net.theta, alone.theta)
            figures = [name for name in history.epochs[0] if name != "seconds"]
            for name in figures:
                assert other[name] == history[name]


def test_shards_are_to_rounding_what_is_trained_without() -> None:
    assert_near([trained(shards=8)[0]], trained()[0], 1e-10)


def test_a_step_adds_once() -> None:
    def work(team: ThreadTeam) -> tuple[int, int]:
        _, history = trained(team, clip_norm=0.1, parts={"dropout": 0.2})
        return team.sums, history.steps

    for sums, steps in by_ranks(2, work):
        assert sums == steps


def test_ranks_begin_where_rank_0_stands() -> None:
    def work(team: ThreadTeam) -> Network:
        net = network()
        net.theta[:] += team.rank
        list(fit(net, X, LABELS, epochs=1, batch_size=25, team=team))
        return net

    assert_near(by_ranks(3, work), trained(epochs=1)[0], 1e-10)


def test_more_ranks_than_shards_are_refused() -> None:
    with pytest.raises(InputError, match=r"2 shards, and there are 3 ranks"):
        by_ranks(3, lambda team: trained(team, shards=2))


def test_a_recorded_run_is_one_processs(tmp_path: Any) -> None:
    with pytest.raises(InputError, match="made again in one process"):
        by_ranks(2, lambda team: trained(team, record=tmp_path / "run"))
    with pytest.raises(InputError, match="made again in one process"):
        trained(shards=2, record=tmp_path / "run")
    assert not (tmp_path / "run").exists()


def test_other_rows_or_settings_on_a_rank_are_refused() -> None:
    def rows(team: ThreadTeam) -> None:
        net = network()
        list(fit(net, X + (team.rank == 2), LABELS, team=team))

    with pytest.raises(InputError, match="the ranks differ: the rows to learn from"):
        by_ranks(3, rows)
    with pytest.raises(InputError, match="batch_size is 26 on rank 1, and on rank 0 25"):
        by_ranks(2, lambda team: trained(team, batch_size=25 + team.rank))


def test_a_callback_of_one_rank_stops_all_at_the_same_step() -> None:
    def work(team: ThreadTeam) -> Any:
        def stop(event: Any) -> Any:
            if team.rank == 1 and isinstance(event, EpochEnd) and event.epoch == 2:
                return "stop"
            return None

        return trained(team, epochs=9, callbacks=[stop])

    results = by_ranks(3, work)
    assert {(h.steps, h.stopped) for _, h in results} == {(18, "early")}
    assert_near([net for net, _ in results], trained(epochs=2)[0], 1e-10)


def test_a_callback_stops_all_within_an_epoch() -> None:
    def work(team: ThreadTeam) -> Any:
        def stop(event: Any) -> Any:
            return "stop" if team.rank == 1 and isinstance(event, Progress) else None

        net = network()
        many = np.tile(X, (200, 1))
        *_, end = fit(net, many, np.tile(LABELS, 200), batch_size=2, team=team, callbacks=[stop])
        return net, end.history

    (_, first), *others = results = by_ranks(2, work)
    assert first.stopped == "early"
    assert 0 < first.steps < 20300
    assert not len(first)
    assert all(other.steps == first.steps for _, other in others)
    assert_near([net for net, _ in results], results[0][0], 0)


def test_one_rank_that_is_asked_to_end_ends_all() -> None:
    def work(team: ThreadTeam) -> Any:
        def ask(event: Any) -> None:
            team.asked_to_stop |= team.rank == 1 and isinstance(event, EpochEnd)

        return trained(team, epochs=50, callbacks=[ask])

    for _, history in by_ranks(2, work):
        # the first step of the next epoch tells
        assert (history.stopped, history.steps) == ("interrupted", 10)


def test_a_divergence_is_told_on_every_rank() -> None:
    def work(team: ThreadTeam) -> Any:
        return trained(team, optimizer="sgd", learning_rate=1e200, labels=False)

    for net, history in by_ranks(2, work):
        assert history.stopped == "diverged"
        assert np.isfinite(net.theta).all()


def test_a_layer_that_draws_otherwise_is_refused() -> None:
    class Noise(Dropout):
        def forward(self, x: Any, rng: Any = None) -> Any:
            if rng is not None:
                rng.normal(size=x.shape)
                rng.random(x.shape, np.float32)
            return super().forward(x, rng)

    def work(team: ThreadTeam) -> None:
        net = Network([Dense(6, 5), Noise(0.5), Dense(5, 3, "softmax")], dtype="float64")
        list(fit(net, X, LABELS, team=team))

    with pytest.raises(InputError, match="draws other numbers than Dropout"):
        by_ranks(2, work)


@pytest.mark.parametrize("before", [0, 1, 4, 5])
def test_draws_for_some_rows_are_those_of_the_whole_batch(before: int) -> None:
    for part in (slice(0, 3), slice(3, 4), slice(4, 7), slice(0, 7)):
        whole, own = np.random.default_rng(1), np.random.default_rng(1)
        whole.random(before, np.float32)
        own.random(before, np.float32)
        masks = [whole.random((7, n), np.float32) for n in (5, 3)]
        draws = RowDraws(own, part, 7)
        for n, mask in zip((5, 3), masks):
            there = draws.random((part.stop - part.start, n), np.float32)
            np.testing.assert_array_equal(there, mask[part])
        assert draws.a_row == 8
        assert own.random(None, np.float32) == whole.random(None, np.float32)


def test_leaping_is_drawing() -> None:
    for n in range(9):
        drawn, leapt = np.random.default_rng(2), np.random.default_rng(2)
        for _ in range(3):
            drawn.random(n, np.float32)
            leap(leapt, n)
        assert drawn.random(None, np.float32) == leapt.random(None, np.float32)


def test_a_sum_in_order_is_the_same_however_it_is_spread() -> None:
    vectors = rng.normal(size=(8, 5)) * 10.0 ** rng.integers(-9, 9, (8, 1))
    expected = added_in_order(vectors)
    for size in (1, 2, 3, 8):
        for total in by_ranks(size, lambda team: team.add_in_order(own(team, vectors))):
            np.testing.assert_array_equal(total, expected)
