"""A training that is over: measured, kept and told of."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from glassnet.core import schedules
from glassnet.core.lbfgs import LBFGS
from glassnet.core.losses import Pinball
from glassnet.core.network import Network
from glassnet.exchange import save
from glassnet.explain import WhyInReport
from glassnet.files.plain import to_plain
from glassnet.files.whole import is_kept
from glassnet.jobs.material.giveaways import giveaways
from glassnet.jobs.material.in_blocks import InBlocks
from glassnet.jobs.material.in_memory import InMemory, by_folds
from glassnet.jobs.material.work import Work
from glassnet.jobs.reasons.for_report import why_in_report
from glassnet.jobs.threads_and_signals import Say, asked_together
from glassnet.jobs.training.events import Saved, Trained, TrainEvent
from glassnet.jobs.training.task import Task, folds_of
from glassnet.training import CrossValidation, Estimate, History, Recipe
from glassnet.training.measure.by_group import ByGroup
from glassnet.training.measure.calibration import Calibration
from glassnet.training.measure.conformal import Conformal
from glassnet.training.measure.estimate import first_told
from glassnet.training.measure.fitting import fitting_said
from glassnet.training.measure.giveaways import Giveaway
from glassnet.training.measure.report import About, Report
from glassnet.training.recipe.search import SearchResult
from glassnet.training.results import TrainingResult
from glassnet.training.settings import Settings
from glassnet.training.targets import are_yes_no
from glassnet.training.team import ALONE, Team

KEPT = 20_000  # numbers of a linear baseline that a model file takes along


@dataclass
class TrainingOver:
    """A training that is over, and is measured, kept and told of."""

    task: Task
    material: InMemory | InBlocks
    net: Network
    chosen: Recipe
    history: History
    seconds: float
    searched: SearchResult | None
    digest: str | None  # of a table's file
    metrics: dict[str, float] = field(default_factory=dict)
    learned: dict[str, float] = field(default_factory=dict)
    fitting: str = ""
    estimate: Estimate | None = None
    folds: CrossValidation | None = None
    page: Report | None = None
    why: WhyInReport | None = None
    baselines: list[Any] = field(default_factory=list)
    calibration: Conformal | None = None
    temperature: Calibration | None = None
    suspects: list[Giveaway] = field(default_factory=list)
    giveaways: list[Giveaway] = field(default_factory=list)
    work: Work = field(default_factory=Work)
    groups: ByGroup | None = None
    team: Team = ALONE

    def measured(self, say: Say, made: About) -> Generator[TrainEvent, None, Trained]:
        """Saves the network, measures it, and saves what is known of it then too.

        Raises: KeyboardInterrupt where it was ended before its first step: then there is nothing
        to measure, and a model that was there before stays.
        """
        task, material = self.task, self.material
        if self.history.stopped == "interrupted" and not self.history.steps and self.team.size == 1:
            raise KeyboardInterrupt
        diverged = self.history.stopped == "diverged"
        if task.out is not None and (diverged or is_kept(task.out)):
            # first of all: what comes now may be interrupted; through a pipe it goes once
            yield self.save(task.out)
        if not diverged:
            yield from self.measure(say)
            if isinstance(material, InMemory):
                yield from self.looked_at(material)
            if task.out is not None:
                yield self.save(task.out)
            if isinstance(material, InMemory) and task.report is not None:
                self.told_on_a_page(material, made)
        if self.work.left_out:
            say(self.work.told)
        return self.told()

    def looked_at(self, material: InMemory) -> Generator[TrainEvent, None, None]:
        """The figures of groups, what gives the target away, and the figures of folds."""
        task, chosen, work = self.task, self.chosen, self.work
        if task.groups is not None:
            with work.on("groups", "the figures of groups"):
                self.groups = material.by_group(self.net, task.groups)
        if self.history.stopped != "interrupted":
            with work.on("without a column", "what gives the target away") as tick:
                self.giveaways = giveaways(material, self.net, chosen, self.suspects, tick)
        if (folds := folds_of(task)) is None:
            return
        if task.out is not None and is_kept(task.out):
            yield self.save(task.out)
        self.cross_validated(material, folds)
        if self.folds is None:
            return
        if (left := folds - len(self.folds.folds)) > 0:
            work.left_out.append(f"{left} of {folds} folds")
        if not material.test_rows:
            means = {name: of.mean for name, of in self.folds.figures.items()}
            self.metrics = {name: v for name, v in means.items() if v is not None}

    def cross_validated(self, material: InMemory, folds: int) -> None:
        """The figures of folds, each trained by one rank: all of them are to call this."""
        team = self.team
        with self.work.on("folds", "the cross-validation") as tick, asked_together(team):
            team.meet()  # rank 0 comes from what it alone has done
            self.folds = material.cross_validate(self.net, self.chosen, folds, tick, team)
            self.calibration = by_folds(self.net, self.folds)

    def followed(self) -> Trained:
        """What is left to a rank that writes nothing, of data in memory: its part of the folds."""
        folds, material = folds_of(self.task), self.material
        if self.history.stopped != "diverged" and folds and isinstance(material, InMemory):
            self.cross_validated(material, folds)
        return self.told()

    def told_on_a_page(self, material: InMemory, made: About) -> None:
        """The report, and why in it."""
        about = replace(made, settings=self.chosen)
        with self.work.on("influence of the columns", "the report") as tick:
            page = material.report(self.net, self.history, self.estimate, about, tick)
            self.page, self.why = replace(page, groups=self.groups), WhyInReport()
        if self.page is None:
            return
        if self.page.influences.stopped:
            self.work.left_out.append("the influence of some columns, and why rows are answered so")
            return
        with self.work.on("reasons of the worst rows", "why rows are answered so") as tick:
            self.why = why_in_report(self.net, self.page, material.dataset, material.parts, tick)

    def measure(self, say: Say) -> Generator[TrainEvent, None, None]:
        """The figures on the test rows, beside the baselines'."""
        task = self.task
        found = yield from self.material.measure(
            self.net, self.chosen, self.history, task.threads, say, self.work
        )
        metrics, self.estimate, others = found
        figures = {} if self.estimate is None else self.estimate.figures
        values = {name: figure.value for name, figure in figures.items()}
        known = {name: v for name, v in values.items() if v is not None}
        self.metrics = first_told(metrics | known)
        if self.estimate is not None and not isinstance(self.net.loss, Pinball):
            self.learned = self.material.learned(self.net)
            simple = next(iter(self.estimate.baselines.values()), {})
            for name in self.learned.keys() & {"accuracy", "r2"}:
                # of several yes/no targets no threshold aims at the accuracy
                constant = None if are_yes_no(self.net) else simple.get(name)
                told = self.learned[name], figures[name], constant
                self.fitting = fitting_said(name, *told)
        numbers = self.net.n_out * self.net.n_in
        self.calibration = self.material.calibration(self.net)
        if isinstance(self.material, InMemory) and self.calibration is not None:
            self.temperature = self.material.temperature(self.net)
        self.baselines = [each.spec() for each in others if each.net is None or numbers <= KEPT]

    def about(self) -> dict[str, Any]:
        """What the model file remembers of the training."""
        return self.material.about() | {
            "sha256": self.digest,
            "from": None if self.task.start is None else self.task.start.name,
            "seed": self.chosen.seed,
            "class_weight": to_plain(self.chosen.class_weight),
            "learning": _learning(self.chosen),
            "epochs": len(self.history),
            "stopped": self.history.stopped,
            "path": self.history.path,
            "members": self.chosen.members,
            "metrics": self.metrics or None,
            "baselines": self.baselines,
            "calibration": None if self.calibration is None else self.calibration.spec(),
            "temperature": None if self.temperature is None else self.temperature.spec(),
        }

    def save(self, out: Path) -> Saved:
        save(self.net, out, self.about())
        return Saved(out)

    def told(self) -> Trained:
        task, material, history = self.task, self.material, self.history
        written = {
            "model": task.out, "run": task.record, "checkpoint": task.checkpoint,
            "report": task.report,
        }  # fmt: skip
        result = TrainingResult(
            metrics=self.metrics,
            seconds=self.seconds,
            data=material.name,
            test=material.test,
            train_rows=material.train_rows,
            test_rows=material.test_rows,
            epochs=len(history),
            steps=history.steps,
            stopped=history.stopped,
            path=history.path,
            message=history.message,
            settings=replace(self.chosen, shards=task.shards),
            history=history.epochs,
            estimate=self.estimate,
            cross_validation=self.folds,
            giveaways=self.giveaways,
            search=self.searched,
            learned=self.learned,
            fitting=self.fitting,
            groups=self.groups,
            **{name: None if path is None else str(path) for name, path in written.items()},
        )
        ended = bool(self.work.left_out) or history.stopped == "interrupted"
        searched = self.searched is not None and self.searched.stopped == "interrupted"
        return Trained(result, self.net, self.page, self.why, ended or searched)


def _learning(chosen: Settings) -> dict[str, Any]:
    """What a model file remembers of how the weights were updated."""
    rule = chosen.rule()
    schedule = None if chosen.schedule is None else schedules.get(chosen.schedule).name
    return {
        "optimizer": {"name": rule.name} if isinstance(rule, LBFGS) else rule.spec(),
        "schedule": None if schedule == "constant" else schedule,
        "batch_size": chosen.batch_size,
        "clip_norm": chosen.clip_norm,
        "clip_value": chosen.clip_value,
    }
