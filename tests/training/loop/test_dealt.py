"""A stream shared out over ranks: each reads its own blocks, and every row comes once an epoch."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from training.loop.test_stream import classifier, memory_for, numbered, ways
from training.thread_team import by_ranks

from glassnet.core.network import Network
from glassnet.data import DataError
from glassnet.data.stream import ArrayBlocks, Stream
from glassnet.training import TrainingEnd
from glassnet.training.loop.buffers import Buffers
from glassnet.training.loop.dealt import Deal, DealtRows
from glassnet.training.loop.stream import fit_stream, score_stream
from glassnet.training.team import ALONE, cut

X, Y = ways(900)


@given(st.lists(st.integers(0, 30), min_size=1, max_size=6).filter(any))
def test_parts_give_by_their_size_and_end_together(sizes: list[int]) -> None:
    deal = Deal(tuple(sizes))
    all_of_them = [np.array(deal.given(p)) for p in range(deal.n + 1)]
    # by the definition: the rows of all parts sorted by their place on the way
    places = sorted(((2 * i + 1) / n, k) for k, n in enumerate(sizes) for i in range(n))
    counts = np.zeros(len(sizes), int)
    for p, given_by_then in enumerate(all_of_them):
        np.testing.assert_array_equal(given_by_then, counts)
        if p < deal.n:
            counts[places[p][1]] += 1
    np.testing.assert_array_equal(all_of_them[-1], sizes)


@pytest.mark.parametrize("capacity", [40, 400])
def test_each_row_comes_once_an_epoch_from_the_rank_that_reads_its_block(capacity: int) -> None:
    n, read = 203, [set(), set(), set()]

    class Watched(ArrayBlocks):
        def __init__(self, rank: int) -> None:
            super().__init__(*numbered(n), 10)
            self.rank = rank

        def take(self, k: int) -> Any:
            read[self.rank].add(k)
            return super().take(k)

    net = Network.dense([1, 1], dtype="float64")
    memory = memory_for(net, 8, capacity)

    def epoch(team: Any) -> list[list[np.ndarray]]:
        buffers = Buffers(net, Stream(Watched(team.rank), memory), 8, team=team)
        stages = []
        for rows in buffers.read(buffers.order(np.random.default_rng(0))):
            assert isinstance(rows, DealtRows)
            stages.append([part.X[:, 0].astype(int).copy() for part in rows.rows])
        return stages

    stages = zip(*by_ranks(3, epoch), strict=True)
    met = [np.concatenate([part for rank in stage for part in rank]) for stage in stages]
    assert [len(stage) % 8 for stage in met[:-1]] == [0] * (len(met) - 1)
    np.testing.assert_array_equal(np.sort(np.concatenate(met)), np.arange(n))
    for rank, part in enumerate(cut(21, 3)):
        assert read[rank] <= {0, *range(part.start, part.stop)}  # the first, to see what rows are


def trained(
    team: Any = ALONE, blocks: Any = None, capacity: int = 128, parts: Any = (), **settings: Any
) -> tuple[Network, Any]:
    net = classifier(dtype="float64", **dict(parts))
    net.classes = [0, 1]
    settings = {"epochs": 3, "batch_size": 32} | settings
    memory = memory_for(net, settings["batch_size"], capacity)
    stream = Stream(blocks or ArrayBlocks(X, Y, 20), memory, test=0.1)
    *_, end = fit_stream(net, stream, team=team, **settings)
    assert isinstance(end, TrainingEnd)
    return net, end.history


CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "in memory": {"capacity": 2000},
    "dropout": {"parts": {"dropout": 0.3}},
    "validation": {"validation": 0.2, "early_stopping": 1, "epochs": 20, "learning_rate": 0.03},
    "weights": {"class_weight": {0: 3.0, 1: 0.5}, "validation": 0.2},
    "balanced": {"class_weight": "balanced"},
    "a class of no weight": {"class_weight": {0: 0.0}, "batch_size": 1, "epochs": 1},
    "no shuffle": {"shuffle": False},
    "few blocks": {"blocks": ArrayBlocks(X, Y, 400), "capacity": 256},  # three, for four parts
}


@pytest.mark.parametrize("case", CASES)
def test_in_shards_no_bit_depends_on_the_number_of_ranks(case: str) -> None:
    settings = {"shards": 4, "capacity": 512} | CASES[case]
    alone, history = trained(**settings)
    for size in (2, 3, 4):
        for net, other in by_ranks(size, lambda team: trained(team, **settings)):
            np.testing.assert_array_equal(net.theta, alone.theta)
            assert other.epochs[-1]["loss"] == history.epochs[-1]["loss"]
            assert other.epochs[-1].get("val_loss") == history.epochs[-1].get("val_loss")


def test_of_the_same_rows_comes_the_same_step_as_in_one_process() -> None:
    settings = {"batch_size": 1000, "capacity": 2000, "epochs": 20, "validation": 0.2}
    alone, history = trained(**settings)
    assert history.steps == 20
    for net, other in by_ranks(4, lambda team: trained(team, **settings)):
        assert np.linalg.norm(net.theta - alone.theta) <= 1e-10 * np.linalg.norm(alone.theta)
        np.testing.assert_allclose(other["val_loss"], history["val_loss"], rtol=1e-9)
        np.testing.assert_allclose(other["val_accuracy"], history["val_accuracy"], rtol=1e-12)


def test_a_training_goes_on_within_an_epoch(tmp_path: Path) -> None:
    whole = by_ranks(2, trained)[0][0]

    def broken(team: Any) -> None:
        add = team.add

        def and_ask(vector: Any) -> None:
            add(vector)
            team.asked_to_stop = team.sums == 42  # in the second epoch's third stage

        team.add = and_ask
        trained(team, checkpoint=None if team.rank else tmp_path)

    by_ranks(2, broken)
    kept = {"resume": True, "epochs": 3}
    again = by_ranks(
        2, lambda team: trained(team, checkpoint=None if team.rank else tmp_path, **kept)
    )
    np.testing.assert_array_equal(again[0][0].theta, whole.theta)
    np.testing.assert_array_equal(again[1][0].theta, whole.theta)


def test_a_block_that_cannot_be_read_ends_the_rank_that_reads_it() -> None:
    class Corrupt(ArrayBlocks):
        def take(self, k: int) -> Any:
            if k == 40:
                raise DataError("block 40 is damaged")
            return super().take(k)

    with pytest.raises(DataError, match="block 40 is damaged"):
        by_ranks(2, lambda team: trained(team, Corrupt(X, Y, 20)))


@pytest.mark.parametrize("test", [True, False])
@pytest.mark.parametrize("labels", [True, False])
def test_the_figures_of_test_rows_are_those_of_one_process(test: bool, labels: bool) -> None:
    net = classifier() if labels else Network.dense([3, 4, 1], seed=2)
    net.classes = [0, 1] if labels else None
    stream = Stream(ArrayBlocks(X, Y if labels else X[:, 0] ** 2, 50), test=0.3)
    alone = score_stream(net, stream, test)
    for size in (2, 4, 40):
        for figures in by_ranks(size, lambda team: score_stream(net, stream, test, team)):
            assert figures == pytest.approx(alone, rel=1e-12)
    in_shards = score_stream(net, stream, test, shards=8)
    assert by_ranks(3, lambda team: score_stream(net, stream, test, team, 8)) == [in_shards] * 3
