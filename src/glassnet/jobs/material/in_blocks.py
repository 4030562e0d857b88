"""A table that is larger than memory, to train on: taken in blocks of rows."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import (
    Reading,
    Stream,
    Table,
    TableBlocks,
    TablePreparation,
    Target,
    block_rows,
    is_table,
    open_table,
    parse_memory,
)
from glassnet.data.preparation import Moments, TargetScale
from glassnet.data.table.reading.blocks import Block
from glassnet.data.table.said import check_apart, kinds_in
from glassnet.data.table.table import TEST_SHARE, alike_told, targets_in, without_target
from glassnet.data.table.told.columns import columns_told
from glassnet.jobs import checks
from glassnet.jobs.material.work import Work
from glassnet.jobs.threads_and_signals import Say, fitted
from glassnet.training import (
    Baseline,
    Estimate,
    Event,
    History,
    Recipe,
    score_stream,
    train_stream,
)
from glassnet.training.measure.baselines import linear_model
from glassnet.training.measure.conformal import Conformal, kept, scores_of
from glassnet.training.measure.estimate import estimate_rows
from glassnet.training.recipe import recipe
from glassnet.training.rows import as_rows
from glassnet.training.team import ALONE, Team, cut, joined, spread

SAMPLE = 2_000  # rows by which a row's size is known
BLOCKS = 64  # at least, however much memory there is: ranks have their own each
FEWEST = 100  # rows of a block, unless more do not fit
MEASURED = 100_000  # test rows at most that the intervals and the baselines are measured on


@dataclass
class _Seen:
    """What a pass over the rows to learn from finds out, or over a part of them."""

    columns: Any  # Summaries
    moments: Moments = field(default_factory=Moments)
    counts: Counter[Any] = field(default_factory=Counter)

    def add(self, X: Any, y: Any, task: str) -> None:
        self.columns.add(X)
        if task == "number":
            self.moments.add(y.reshape(len(y), -1))
        else:
            self.counts.update(y.tolist())

    def join(self, other: _Seen) -> None:
        self.columns.join(other.columns)
        self.moments.join(other.moments)
        self.counts.update(other.counts)


def _blocks(file: Table, memory: int, parts: int, each: Any, fine: bool) -> Sequence[Block]:
    """Where the blocks of the table are: as large as the memory allows; if fine, BLOCKS at least.

    What is stored in large groups is decoded by groups, so that small blocks cost.
    """
    first = file.blocks(SAMPLE, parts, each)
    if not first:
        raise InputError(f"{file.name} has a header and no row: expected rows.")
    sample = file.take(first[0])
    rows = block_rows(memory, sample.estimated_size() / len(sample))
    if fine:
        n = sum(len(block) for block in first)
        rows = min(rows, max(math.ceil(n / BLOCKS), FEWEST))
    return file.blocks(rows, parts, each)


@dataclass
class InBlocks:
    """A table in a file, the stream of its rows, and what one pass over them taught."""

    file: Table
    names: Sequence[str]  # of the columns to predict
    target: Target
    stream: Stream
    preparation: TablePreparation
    moments: Moments
    counts: Counter[Any]
    memory: str
    left_out: int
    train_rows: int
    scored: Conformal | None = None
    team: Team = ALONE
    shards: int | None = None

    @classmethod
    def of(
        cls,
        data: str,
        memory: str,
        reading: Reading,
        preset: str | None = None,
        team: Team = ALONE,
        shards: int | None = None,
        fine: bool = False,
    ) -> InBlocks:
        """Learns in two passes what the targets are, and how the columns become inputs.

        Args: team, each rank of which reads its own part of the blocks; shards, how many parts
            there are, where the ranks are not to decide it; fine, whether ranks may be there
            later, and find the same blocks.
        """
        if not is_table(data):
            raise InputError(f"--memory goes with a table, CSV, Parquet or JSON lines, not {data}.")
        size = parse_memory(memory)
        file = open_table(data, reading.header, reading.encoding)
        names = targets_in(file, reading.target)
        kinds = kinds_in(file.columns, reading.kinds or {}, file.repeated)
        check_apart(kinds, {"--target": names})
        each, parts = partial(spread, team), shards or team.size
        blocks = _blocks(file, size, team.size, each, fine or parts > 1)
        tidy = bool(reading.tidy_classes)

        def cells(part: slice) -> Any:
            taken = (file.take(block, names) for block in blocks[part])
            return Target.seen(taken, names, file.decimal, tidy)

        seen = joined(team, cells, cut(len(blocks), parts))
        target = Target.of(seen, names, reading.task, tidy)
        if target.task == "yes_no":
            raise InputError(
                "several yes/no targets are trained with all rows in memory: leave --memory out, "
                "or name one target."
            )
        source = TableBlocks(file, target, len(blocks[0]), leave_out=True, blocks=blocks, each=each)
        share = TEST_SHARE if reading.test is None else float(reading.test)
        stream = Stream(source, size, test=share)

        def looked_at(part: slice) -> _Seen:
            found = _Seen(TablePreparation.summaries(file.decimal, (), kinds))
            for X, y in stream.parts(blocks=range(part.start, part.stop)):
                found.add(X.drop(names), y, target.task)
            return found

        found = joined(team, looked_at, cut(len(stream.sizes), parts))
        preparation = TablePreparation.of(found.columns, kinds)
        if preset != "plain":
            preparation = preparation.clipped()
        return cls(
            file, names, target, stream, preparation, found.moments, found.counts, memory,
            source.left_out, found.columns.rows, team=team, shards=shards,
        )  # fmt: skip

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def test(self) -> str:
        """Which rows are for the test, in words."""
        return f"{100 * self.stream.test:.3g} % of its rows, drawn by their number"

    @property
    def test_rows(self) -> int:
        return len(self.stream) - self.train_rows

    def lines(self) -> list[str]:
        """What the data were found to be."""
        columns = len(self.file.columns) - len(self.names)
        left = [f"  {without_target(self.left_out)}"] if self.left_out else []
        return [
            f"{self.name}: {len(self.stream):,} rows, {columns:,} columns",
            f"  read as {self.file.found}, within {self.memory}",
            *left,
            f"  columns, in the {self.train_rows:,} rows to learn from:",
            *(f"  {note}" for note in alike_told(self.target)),
            columns_told(self.preparation),
        ]

    def name_lines(self) -> list[str]:
        """What they are called, where nothing was to be found out: something was."""
        return []

    def recipe(self, given: Mapping[str, Any]) -> Recipe:
        """The settings that suit the data, those that were given in their place."""
        inputs = self.preparation.n_inputs
        named = {name for name, value in given.items() if value is not None}
        by_size = recipe.defaults(
            self.target.task, self.train_rows, inputs,
            preset=given.get("preset") or "tuned", given=named,
        )  # fmt: skip
        chosen = recipe.with_settings(by_size, given)
        labels = list(self.target.classes) or None
        chosen = replace(chosen, class_weight=recipe.weights_for(chosen.class_weight, labels))
        outputs = len(self.target.classes) or len(self.names)
        checks.check_size(inputs, chosen.hidden, outputs, chosen.dtype)
        return chosen

    def network(self, chosen: Recipe) -> tuple[Recipe, Network]:
        """The settings, and the network to train."""
        target = self.target
        numbers = np.zeros((1, len(self.names)))  # as many; their scale comes from all rows
        like = np.array(target.classes) if target.task == "classes" else numbers
        net = recipe.network_for(chosen, target.task, self.preparation.n_inputs, like)
        net.preparation = self.preparation
        if target.task == "number":
            net.target_scale = TargetScale.of(self.moments)
        return chosen, net

    def source(self, place: str, table: Mapping[str, Any]) -> dict[str, Any]:
        """From where a recorded run can load its rows again."""
        return {"data": place, "test": self.test, "table": dict(table)}

    def train(self, net: Network, chosen: Recipe) -> Generator[Event, None, History]:
        return train_stream(net, self.stream, chosen)

    def constant(self) -> Baseline:
        """The one answer for all rows that suits the rows to learn from best."""
        if self.target.task == "number":
            return Baseline("mean", np.atleast_1d(self.moments.mean))
        counts = np.array([self.counts[label] for label in self.target.classes])
        return Baseline("majority", counts / counts.sum())

    def measure(
        self,
        net: Network,
        chosen: Recipe,
        history: History,
        threads: int | None,
        say: Say,
        work: Work,
    ) -> Generator[Event, None, tuple[dict[str, float], Estimate | None, list[Baseline]]]:
        """Figures on the test rows, with their limits, and beside baselines.

        All ranks come to the metrics and train the linear model; the limits are rank 0's work.
        """
        metrics = score_stream(net, self.stream, team=self.team, shards=self.shards)
        others = [self.constant()]
        linear = linear_model(net)
        if linear is not None and history.stopped == "finished":
            say("a linear model, trained the same way to compare with:")
            chosen = replace(chosen, team=self.team, shards=self.shards)
            start = partial(train_stream, linear, self.stream, chosen)
            trained = yield from fitted(linear, start, chosen, threads, say)
            if trained.stopped == "finished":
                others.append(Baseline("linear", net=linear))
        if linear is not None and len(others) == 1:
            work.left_out.append("the linear model to compare with")
        if self.team.rank:
            return metrics, None, others
        X, y = self._test_rows()
        rows = as_rows(net, X, y, "the test rows")
        scores = scores_of(net, rows, y)
        self.scored = kept(net, [scores], None, f"{len(scores):,} test rows")
        names = self.names if len(self.names) > 1 else None
        return metrics, estimate_rows(net, rows, y, baselines=others, names=names), others

    def learned(self, net: Network) -> dict[str, float]:
        """Nothing: another pass over all rows would tell."""
        return {}

    def calibration(self, net: Network) -> Conformal | None:
        """How strange the true answers of the test rows are; None before they are measured."""
        return self.scored

    def _test_rows(self) -> tuple[Any, Any]:
        """The first test rows, as many as intervals need."""
        import polars as pl

        frames, targets, rows = [], [], 0
        for X, y in self.stream.parts(test=True):
            frames.append(X[: MEASURED - rows])
            targets.append(y[: MEASURED - rows])
            rows += len(frames[-1])
            if rows == MEASURED:
                break
        return pl.concat(frames), np.concatenate(targets)

    def about(self) -> dict[str, Any]:
        """What the model file remembers of the data."""
        return {
            "data": self.name,
            **({"encoding": self.file.old_encoding} if self.file.old_encoding else {}),
            "task": self.target.task,
            "image_shape": None,
            "features": [name for name in self.file.columns if name not in self.names],
            "target": self.target.spec(),
            "test": {"which": self.test, "split_seed": 0, "share": self.stream.test},
            "train_rows": self.train_rows,
            "test_rows": self.test_rows,
        }
