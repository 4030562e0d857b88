"""A table that is larger than memory, to train on: taken in blocks of rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import (
    Reading,
    Stream,
    TableBlocks,
    TableFile,
    TablePreparation,
    Target,
    block_rows,
    is_table,
    open_table,
    parse_memory,
)
from glassnet.data.preparation import Moments, TargetScale
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

SAMPLE = 2_000  # rows by which a row's size is known
MEASURED = 100_000  # test rows at most that the intervals and the baselines are measured on


@dataclass
class InBlocks:
    """A table in a file, the stream of its rows, and what one pass over them taught."""

    file: TableFile
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

    @classmethod
    def of(cls, data: str, memory: str, reading: Reading, preset: str | None = None) -> InBlocks:
        """Learns in two passes what the targets are, and how the columns become inputs."""
        if not is_table(data):
            raise InputError(f"--memory goes with a table, CSV, Parquet or JSON lines, not {data}.")
        size = parse_memory(memory)
        file = open_table(data, reading.header, reading.encoding)
        names = targets_in(file, reading.target)
        kinds = kinds_in(file.columns, reading.kinds or {}, file.repeated)
        check_apart(kinds, {"--target": names})
        first = file.blocks(SAMPLE)
        if not first:
            raise InputError(f"{file.name} has a header and no row: expected rows.")
        sample = file.take(first[0])
        rows = block_rows(size, sample.estimated_size() / len(sample))
        tidy = bool(reading.tidy_classes)
        taken = (file.take(block) for block in file.blocks(rows))
        target = Target.learn(taken, names, file.decimal, reading.task, tidy)
        blocks = TableBlocks(file, target, rows, leave_out=True)
        share = TEST_SHARE if reading.test is None else float(reading.test)
        stream = Stream(blocks, size, test=share)
        moments, counts = Moments(), Counter()
        train_rows = 0

        def raw() -> Generator[Any, None, None]:
            nonlocal train_rows
            for X, y in stream.parts():
                train_rows += len(X)
                if target.task == "number":
                    moments.add(y.reshape(len(y), -1))
                else:
                    counts.update(y.tolist())
                yield X.drop(names)

        preparation = TablePreparation.learn(raw(), file.decimal, kinds=kinds)
        if preset != "plain":
            preparation = preparation.clipped()
        return cls(
            file, names, target, stream, preparation, moments, counts, memory,
            blocks.left_out, train_rows,
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
        """Figures on the test rows, with their limits, and beside baselines."""
        metrics = score_stream(net, self.stream)
        others = [self.constant()]
        linear = linear_model(net)
        if linear is not None and history.stopped == "finished":
            say("a linear model, trained the same way to compare with:")
            start = partial(train_stream, linear, self.stream, chosen)
            trained = yield from fitted(linear, start, chosen, threads, say)
            if trained.stopped == "finished":
                others.append(Baseline("linear", net=linear))
        if linear is not None and len(others) == 1:
            work.left_out.append("the linear model to compare with")
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
