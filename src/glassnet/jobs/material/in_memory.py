"""Data that are in memory, to train on: split once, prepared once, measured on what was held."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from glassnet.core.network import Network
from glassnet.data import Dataset, Parts, TableSet, split_train_test
from glassnet.data.table.told.columns import columns_told
from glassnet.files.whole import readable
from glassnet.jobs import checks
from glassnet.jobs.material import from_model
from glassnet.jobs.material.groups import check_groups, test_cells
from glassnet.jobs.material.work import Tick, Work
from glassnet.jobs.open import Model
from glassnet.jobs.threads_and_signals import Say
from glassnet.training import (
    Baseline,
    CrossValidation,
    Estimate,
    Event,
    History,
    Recipe,
    cross_validate_dataset,
)
from glassnet.training.measure.baselines import baselines_of, constant_baseline
from glassnet.training.measure.by_group import ByGroup, by_group
from glassnet.training.measure.calibration import Calibration, calibration_by
from glassnet.training.measure.conformal import Conformal, kept, scores_of
from glassnet.training.measure.crossvalidation import cross_validate_members
from glassnet.training.measure.estimate import estimate_rows
from glassnet.training.measure.report import About, Report, make_report
from glassnet.training.outputs import answers
from glassnet.training.recipe import recipe
from glassnet.training.recipe.members import train_recipe
from glassnet.training.recipe.penalty import PenaltyProgress, choose_penalty
from glassnet.training.recipe.search import SearchEvent, SearchResult, search
from glassnet.training.recipe.thresholds import choose_thresholds
from glassnet.training.rows import Prepared, Rows, measure, prepare_parts
from glassnet.training.targets import quantiles_in
from glassnet.training.team import ALONE, Team


@dataclass
class InMemory:
    """A data set, its parts, and what is learned from those to train on.

    model: to go on from; preparation: of the columns, the model's own where there is one.
    """

    dataset: Dataset | TableSet
    parts: Parts
    model: Model | None
    preparation: Any
    ready: Prepared | None = field(default=None, repr=False)

    @classmethod
    def of(
        cls,
        dataset: Dataset | TableSet,
        validation: float | None,
        model: Model | None,
        preset: str | None = None,
    ) -> InMemory:
        """Split, and what is to be learned of its columns learned."""
        parts = split_train_test(dataset)
        checks.check_validation(validation, len(parts.y))
        learn = recipe.learner(dataset, preset or "tuned")
        known = learn(parts.X) if model is None else model.net.preparation
        return cls(dataset, parts, model, known)

    @property
    def name(self) -> str:
        return self.dataset.name

    @property
    def test(self) -> str:
        """Which rows are for the test, in words."""
        return self.dataset.test_rows if self.test_rows else "none: every row is learned from"

    @property
    def train_rows(self) -> int:
        return len(self.parts.y)

    @property
    def test_rows(self) -> int:
        return len(self.parts.y_test)

    def lines(self) -> list[str]:
        """What the data were found to be, or what goes on with them."""
        data = self.dataset
        if self.model is not None:
            return from_model.lines(self.model, data)
        if not isinstance(data, TableSet):
            return []
        found = [f"  {line}" for line in (f"read as {data.found}", *data.notes)]
        learned = f"  columns, in the {self.train_rows:,} rows to learn from:"
        return [repr(data), *found, learned, columns_told(self.preparation)]

    def name_lines(self) -> list[str]:
        """What they are called, where nothing was to be found out."""
        return [] if isinstance(self.dataset, TableSet) else [repr(self.dataset)]

    def recipe(self, given: Mapping[str, Any]) -> Recipe:
        """The settings that suit the data, those that were given in their place."""
        inputs = self.preparation.n_inputs if self.model is None else self.model.net.n_in
        chosen = recipe.recipe_for(self.dataset, inputs=inputs, parts=self.parts, **given)
        y, own = self.parts.y, None if self.model is None else self.model.net.classes
        labels = own or (np.unique(y).tolist() if self.dataset.task == "classes" else None)
        if self.dataset.task == "yes_no":
            chosen = recipe.balanced_yes_no(chosen)
        chosen = replace(chosen, class_weight=recipe.weights_for(chosen.class_weight, labels))
        if self.model is None:
            outputs = len(set(y.tolist())) if self.dataset.task == "classes" else y[0].size
            checks.check_size(inputs, chosen.hidden, outputs, chosen.dtype)
        return chosen

    def _learner(self, chosen: Recipe) -> Callable[[Any], Any]:
        return recipe.learner(self.dataset, chosen.preset)

    def penalised(self, chosen: Recipe) -> Generator[PenaltyProgress, None, Recipe]:
        """The recipe with a penalty that was tried on folds, where it is left to the data."""
        data = self.dataset
        settled = chosen.preset != "tuned" or "l2" in chosen.given or not chosen.l2
        if settled or self.model is not None or data.image_shape is not None:
            return chosen
        return (
            yield from choose_penalty(
                self.parts, chosen, task=data.task, learn=self._learner(chosen), seed=chosen.seed
            )
        )

    def with_thresholds(self, chosen: Recipe) -> Generator[PenaltyProgress, None, Recipe]:
        """The recipe with the thresholds of several yes/no targets, where there are such."""
        if self.dataset.task != "yes_no" or self.model is not None:
            return chosen
        learn = self._learner(chosen)
        return (yield from choose_thresholds(self.parts, chosen, learn=learn, seed=chosen.seed))

    def search(
        self, n: int, base: Recipe, team: Team = ALONE
    ) -> Generator[SearchEvent, None, SearchResult]:
        """Tries n settings on parts of the rows to learn from, each by one rank."""
        data = self.dataset
        return search(
            self.parts,
            n,
            base=base,
            seed=base.seed,
            task=data.task,
            image=data.image_shape is not None,
            learn=self._learner(base),
            team=team,
        )

    def network(self, chosen: Recipe) -> tuple[Recipe, Network]:
        """The settings, and the network to train: the model's own, where there is one."""
        if self.model is not None:
            return from_model.settled(self.model, chosen), self.model.net
        net, _ = recipe.prepare(self.dataset, chosen, self.preparation, self.parts)
        return chosen, net

    def source(self, place: str, table: Mapping[str, Any]) -> dict[str, Any]:
        """From where a recorded run can load its rows again."""
        source = {"data": place, "test": self.test, "split_seed": 0}
        told = isinstance(self.dataset, TableSet) or table.get("test") is not None
        return source | ({"table": dict(table)} if told else {})

    def train(self, net: Network, chosen: Recipe) -> Generator[Event, None, History]:
        ready = prepare_parts(net, self.parts, chosen.validation, chosen.seed, chosen.class_weight)
        self.ready = ready
        return train_recipe(net, ready, self.parts, chosen)

    def measure(
        self,
        net: Network,
        chosen: Recipe,
        history: History,
        threads: int | None,
        say: Say,
        work: Work,
    ) -> Generator[Event, None, tuple[dict[str, float], Estimate | None, list[Baseline]]]:
        """Figures on the test rows, if there are, with their limits, and beside baselines."""
        yield from ()
        ready = self.ready
        assert ready is not None
        others = [constant_baseline(net, self.parts.y)]
        if history.stopped == "interrupted":  # who wants it to end waits for no other model
            work.left_out.append("the linear model to compare with")
        else:
            with work.on("linear model", "the linear model to compare with") as tick:
                others = baselines_of(net, ready.learned, ready.held, self.parts.y, chosen, tick)
        if not len(ready.test):
            return {}, None, others
        found = estimate_rows(net, ready.test, ready.y_test, baselines=others, names=self._names)
        return measure(net, ready.test), found, others

    @property
    def _names(self) -> tuple[str, ...] | None:
        """Of several targets."""
        target = getattr(self.dataset, "target", None)
        return None if target is None or len(target.names) == 1 else target.names

    @property
    def _apart(self) -> Prepared | None:
        """The prepared rows, where those to test on are others than those learned from."""
        ready, parts = self.ready, self.parts
        if ready is None or ready.test is ready.learned or parts.X_test is parts.X:
            return None
        return ready

    @property
    def _unseen(self) -> Rows | None:
        """Test rows that nothing of the network was learned from; None without such."""
        if self.model is not None and from_model.may_have_seen(self.model, self.dataset):
            return None
        ready = self._apart
        return None if ready is None or not len(ready.test) else ready.test

    def learned(self, net: Network) -> dict[str, float]:
        """The metrics of the rows that it learned from; nothing where all are test rows too."""
        ready = self._apart
        return {} if ready is None else measure(net, ready.learned)

    def calibration(self, net: Network) -> Conformal | None:
        """How strange true answers of rows are that it did not learn from; None without such."""
        rows, ready = self._unseen, self.ready
        if rows is None or ready is None or quantiles_in(net):
            return None
        scores = scores_of(net, rows, ready.y_test)
        return kept(net, [scores], self.parts.groups_test, f"{self.test_rows:,} test rows")

    def temperature(self, net: Network) -> Calibration | None:
        """That of the same rows, where their scores are known; None of numbers."""
        rows = self._unseen
        if net.classes is None or rows is None:
            return None
        return calibration_by(rows.y, answers(net, rows.X).y_hat, f"{self.test_rows:,} test rows")

    def by_group(self, net: Network, column: str) -> ByGroup | None:
        """For whom the network is how good, by the test rows; None without such."""
        ready = self.ready
        if ready is None or not len(ready.test):
            return None
        name = check_groups(self.dataset, column)
        return by_group(
            net, ready.test, ready.y_test, test_cells(self.dataset, self.parts, name), name
        )

    def cross_validate(
        self, net: Network, chosen: Recipe, folds: int, tick: Tick, team: Team = ALONE
    ) -> CrossValidation:
        """The figures of networks made the same way, over folds; or those of net's members.

        Args: team, each of whose ranks trains some of them.
        """
        data = self.dataset
        if chosen.by_folds:
            assert self.ready is not None
            return cross_validate_members(
                net, self.ready, self.parts, chosen, team, names=self._names
            )
        return cross_validate_dataset(
            data, chosen, folds=folds, groups=data.groups, times=data.times, tick=tick, team=team
        )

    def about(self) -> dict[str, Any]:
        """What the model file remembers of the data."""
        data = self.dataset
        target, encoding = getattr(data, "target", None), getattr(data, "old_encoding", None)
        return {
            "data": readable(data.name),
            **({"encoding": encoding} if encoding else {}),
            "task": data.task,
            "image_shape": data.image_shape,
            "features": list(data.features) if data.image_shape is None else None,
            "target": None if target is None else target.spec(),
            "test": {
                "which": self.test,
                "split_seed": 0,
                "share": data.test_share,
                "of": data.test_name or None,
                "group": None if data.groups is None else getattr(data, "by", None),
                "time": None if data.times is None else getattr(data, "by", None),
            },
            "train_rows": self.train_rows,
            "test_rows": self.test_rows,
        }

    def report(
        self, net: Network, history: History, found: Estimate | None, about: About, tick: Tick
    ) -> Report:
        """All that a page tells of the training. about: how it was made."""
        data = self.dataset
        table = isinstance(data, TableSet)
        about = replace(
            about,
            data=readable(data.name),
            about=data.about,
            source=data.source,
            licence=data.licence,
            notes=(f"read as {data.found}", *data.notes) if table else (),
            test=self.test,
            targets=data.target.names if table else (),
        )
        page = make_report(
            net, *self.parts, history=history, estimate=found, about=about,
            features=data.features, image_shape=data.image_shape,
            rows=None if self.ready is None else self.ready.test, tick=tick,
        )  # fmt: skip
        if not isinstance(data, TableSet) or data.file is None or data.X_test is not None:
            return page
        lines = data.file.lines_of([one.row for one in page.worst])
        worst = [replace(one, line=lines.get(one.row)) for one in page.worst]
        return replace(page, worst=worst)


def by_folds(net: Network, folds: CrossValidation) -> Conformal | None:
    """Scores of all rows that were held in some fold: other networks', made as net was."""
    rows = f"{folds.rows:,} rows of {len(folds.folds)} folds"
    return kept(net, [folds.scores], folds.groups, rows)
