"""From data to a trained network, measured on rows that it never saw."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from glassnet.core import schedules
from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.core.losses import Pinball
from glassnet.core.network import Network
from glassnet.data import Reading, is_table, open_data, place_of, sha256_of
from glassnet.exchange import save
from glassnet.exchange.model_file import check_saves
from glassnet.explain import WhyInReport
from glassnet.files.endings import check_out
from glassnet.files.plain import to_plain
from glassnet.files.whole import check_apart, is_kept
from glassnet.jobs import checks
from glassnet.jobs.material import from_model
from glassnet.jobs.material.giveaways import giveaways, suspicions
from glassnet.jobs.material.groups import check_groups
from glassnet.jobs.material.in_blocks import InBlocks
from glassnet.jobs.material.in_memory import InMemory, by_folds
from glassnet.jobs.material.work import Counting, Work, unseen
from glassnet.jobs.open import lines_named, open_model
from glassnet.jobs.reasons.for_report import why_in_report
from glassnet.jobs.threads_and_signals import Say, checkpoints_in, fitted
from glassnet.training import CrossValidation, Estimate, Event, History, Recipe, Recorder
from glassnet.training.measure.by_group import ByGroup
from glassnet.training.measure.calibration import Calibration
from glassnet.training.measure.conformal import Conformal
from glassnet.training.measure.crossvalidation import check_folds
from glassnet.training.measure.estimate import first_told
from glassnet.training.measure.fitting import fitting_said
from glassnet.training.measure.giveaways import Giveaway
from glassnet.training.measure.report import About, Report
from glassnet.training.recipe import recipe
from glassnet.training.recipe.penalty import PenaltyProgress
from glassnet.training.recipe.search import SearchEvent, SearchResult, check_tries
from glassnet.training.results import TrainingResult
from glassnet.training.settings import Settings
from glassnet.training.team import ALONE, Team

FOLDS = 5  # where no rows are for the test
KEPT = 20_000  # numbers of a linear baseline that a model file takes along


@dataclass(frozen=True)
class Task:
    """What is to be trained on which data, and what is wanted of it beside the network.

    Attributes:
        data: a set's name, or a place. reading: of a table.
        given: settings by name, as `Recipe` has them; what is None is left to the data.
        memory: of a table that is larger, how much of it to use.
        start: a model file to go on from.
        folds: of a cross-validation too. search: how many settings to try first.
        threads: of the matrix products.
        groups: the column for whose values figures are told apart.
        out: where the model is written; report: where a page about the training will be.
        record, every, keep: the folder of a recorded run, and which steps it keeps.
        checkpoint, minutes, resume: that of the checkpoints, how often they are made, and
            whether to go on from there.
        keep_folds: whether the folds' networks are what is trained, and the network their mean.
        shards: as `Settings` has it.
    """

    data: str
    reading: Reading = field(default_factory=Reading)
    given: Mapping[str, Any] = field(default_factory=dict)
    memory: str | None = None
    start: Path | None = None
    folds: int | None = None
    search: int | None = None
    threads: int | None = None
    out: Path | None = None
    report: Path | None = None
    record: Path | None = None
    every: int | None = None
    keep: int | None = None
    checkpoint: Path | None = None
    minutes: float | None = None
    resume: bool = False
    keep_folds: bool = False
    shards: int | None = None
    groups: str | None = None

    @property
    def alone(self) -> str | None:
        """The option with which a single network is trained, where there is one such."""
        options = {
            "memory": self.memory, "from": self.start, "record": self.record,
            "checkpoint": self.checkpoint,
        }  # fmt: skip
        return next((name for name, value in options.items() if value is not None), None)

    @property
    def settings(self) -> dict[str, Any]:
        """Those that were given, by name, the members with them that are the folds'."""
        given = dict(self.given)
        if self.keep_folds:
            given |= {"members": self.folds or FOLDS, "by_folds": True}
        return given

    def of_one_who_follows(self) -> Task:
        """The task of a rank that writes nothing."""
        files = dict.fromkeys(
            ("out", "report", "record", "every", "keep", "checkpoint", "minutes"), None
        )
        return replace(self, **files, resume=False)


@dataclass(frozen=True)
class Opened:
    """An event: what the data were found to be, in lines."""

    lines: list[str]


@dataclass(frozen=True)
class Chosen:
    """An event: what is trained, and by which settings; also in lines."""

    lines: list[str]
    recipe: Recipe
    net: Network


@dataclass(frozen=True)
class Saved:
    """An event: a model is written; more may come to it."""

    path: Path


TrainEvent = Opened | PenaltyProgress | SearchEvent | Chosen | Event | Saved


@dataclass(frozen=True, eq=False)
class Trained:
    """What came of a training: what is told of it, the network, and what a page would tell."""

    result: TrainingResult
    net: Network
    page: Report | None
    why: WhyInReport | None = None
    interrupted: bool = False


def train(
    task: Task,
    say: Say = lambda sentence: None,
    made: About = About(),
    team: Team = ALONE,
    counting: Counting = unseen,
) -> Generator[TrainEvent, None, Trained]:
    """Trains a network, and measures it on test data that training never saw.

    Args:
        team: the ranks that do so together; all train, and rank 0 alone measures and writes.
        say: is told, in a sentence each, what cannot wait for the end.
        made: what a report is to tell of how it was made: the command and the versions.
        counting: from the name of a piece of work to what is told how far it is.

    Yields: what happens. Returns: what came of it.

    Raises: InputError for what makes no sense, before anything is trained.
    """
    task = task if team.rank == 0 else task.of_one_who_follows()
    with lines_named(task.data, task.reading.header, task.reading.encoding):
        kept = _kept(task, say) | {"team": team, "shards": task.shards}
        material = _material(task)
        # now, and not when the model is written: the file may have changed by then
        digest = sha256_of(task.data) if task.out is not None and is_table(task.data) else None
        leads = team.rank == 0
        suspects = suspicions(material) if leads and isinstance(material, InMemory) else []
        yield Opened([*material.lines(), *(f"  look: {each.told}" for each in suspects)])
        chosen, searched = material.recipe(task.settings), None
        if leads and isinstance(material, InMemory):
            chosen, searched = yield from _tried(task, material, chosen)
        chosen, searched = team.broadcast((chosen, searched))
        check_in_one(chosen, team, task.shards)
        chosen, net = material.network(chosen)
        if task.out is not None:
            check_saves(net)
        if task.record is not None:
            place, table = place_of(task.data), to_plain(_placed(task.reading))
            kept["record"].source = material.source(place, table)
        settings = replace(chosen, **kept)
        began = perf_counter()
        start = partial(_begun, material, net, settings)
        history = yield from fitted(net, start, settings, task.threads, say)
        over = _Over(task, material, net, chosen, history, perf_counter() - began, searched, digest)
        over.suspects, over.work = suspects, Work(counting)
        done = (yield from over.measured(say, made)) if leads else over.told()
        team.meet()
        return done


def check_in_one(chosen: Recipe, team: Team, shards: int | None) -> None:
    """Refuses what is trained in one process alone.

    Raises: InputError.
    """
    if chosen.members > 1 and (team.size > 1 or shards is not None):
        raise InputError(
            f"the mean of {chosen.members} networks is trained side by side, in one process and "
            "without shards: leave members, or mpiexec and --deterministic, out."
        )


def _tried(
    task: Task, material: InMemory, chosen: Recipe
) -> Generator[PenaltyProgress | SearchEvent, None, tuple[Recipe, SearchResult | None]]:
    """The settings that come of trying some, and what became of each."""
    chosen = yield from material.penalised(chosen)
    if task.search is None:
        return chosen, None
    searched = yield from material.search(task.search, chosen)
    return searched.recipe, searched


def _placed(reading: Reading) -> Reading:
    """With the place of the test rows from anywhere, where that is a file."""
    at = reading.test
    return replace(reading, test=place_of(at)) if isinstance(at, str) else reading


def _begun(
    material: InMemory | InBlocks, net: Network, settings: Recipe
) -> Generator[Event | Chosen, None, History]:
    """The events of the training, and before them, once it can begin, what it is."""
    events = material.train(net, settings)
    yield Chosen([*material.name_lines(), settings.shown(), repr(net)], settings, net)
    return (yield from events)


def _kept(task: Task, say: Say) -> dict[str, Any]:
    """What a training is kept in, once it is known that each can be written."""
    check_out(task.out, "model", the_data=task.data)
    check_out(task.report, "html", the_data=task.data)
    if task.report is not None:
        check_apart(task.report, to_be_the_model=task.out)
    given = task.given
    checks.check_counts(
        given.get("epochs"), task.folds, task.threads, given.get("validation"), task.minutes
    )
    checks.check_memory(task.memory, given.get("optimizer"))
    if task.record is None and (task.every is not None or task.keep is not None):
        raise InputError("--every and --keep say what to record: give --record RUN too.")
    if task.checkpoint is None and (task.resume or task.minutes is not None):
        raise InputError("--resume and --checkpoint-minutes go with --checkpoint DIR: give it too.")
    kept: dict[str, Any] = {}
    if task.record is not None:
        kept["record"] = Recorder(
            task.record, 1 if task.every is None else task.every, task.keep, say=say
        )
    if task.checkpoint is not None:
        minutes = 10.0 if task.minutes is None else task.minutes
        kept["checkpoint"] = checkpoints_in(task.checkpoint, minutes, task.resume, say)
    if task.search is not None:
        check_tries(task.search)
    if task.reading.test == 0:
        checks.check_without_test(task.report, task.start, task.memory, task.groups)
    for keeper in kept.values():
        keeper.check()
    check_members(task)
    recipe.check_together(task.settings)
    return kept


def check_members(task: Task) -> None:
    """Raises: InputError where several networks are asked for beside what goes with one alone."""
    members = task.given.get("members")
    if task.keep_folds and task.folds is None and task.reading.test != 0:
        raise InputError("--keep-folds keeps the networks of --cv: give --cv 5 too.")
    if task.keep_folds and members is not None:
        raise InputError("--cv says how many networks --keep-folds keeps: leave --members out.")
    if task.keep_folds and task.reading.time is not None:
        raise InputError(
            "folds forward in time leave the latest rows to none of their networks: leave "
            "--keep-folds or --time out."
        )
    if ((members or 1) > 1 or task.keep_folds) and task.alone is not None:
        option = "--keep-folds" if task.keep_folds else "--members"
        raise InputError(f"--{task.alone} goes with a single network: leave it or {option} out.")


def _material(task: Task) -> InMemory | InBlocks:
    """The data, opened and looked at, and the model to go on from."""
    reading = task.reading
    model = None if task.start is None else open_model(task.start, Network)
    beside = {"cv": task.folds, "search": task.search, "record": task.record}
    if model is not None:
        from_model.check_settled(model, task.given, beside | {"memory": task.memory})
        from_model.check_members(model, task.given, task.checkpoint)
    if task.memory is not None:
        other = reading.test if isinstance(reading.test, str) else None
        rows = {
            "groups": task.groups,
            "group": reading.group,
            "time": reading.time,
            "report": task.report,
            "test": other,
        }
        for name, value in (rows | beside).items():
            if value is not None:
                raise InputError(f"--{name} needs all rows in memory: leave it or --memory out.")
        return InBlocks.of(task.data, task.memory, reading, task.given.get("preset"))
    if model is None:
        dataset = open_data(task.data, reading)
    else:
        dataset = from_model.data_for(model, task.data, reading)
    if task.groups is not None:
        check_groups(dataset, task.groups)
    if (folds := _folds(task)) is not None:
        check_folds(dataset, folds)
    return InMemory.of(dataset, task.given.get("validation"), model, task.given.get("preset"))


def _folds(task: Task) -> int | None:
    """Of the cross-validation: without test rows the figures are its."""
    return FOLDS if task.folds is None and task.reading.test == 0 else task.folds


@dataclass
class _Over:
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

    def measured(self, say: Say, made: About) -> Generator[TrainEvent, None, Trained]:
        """Saves the network, measures it, and saves what is known of it then too."""
        task, material = self.task, self.material
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
        if (folds := _folds(task)) is None:
            return
        if task.out is not None and is_kept(task.out):
            yield self.save(task.out)
        with work.on("folds", "the cross-validation") as tick:
            self.folds = material.cross_validate(self.net, chosen, folds, tick)
            self.calibration = by_folds(self.net, self.folds)
        if self.folds is None:
            return
        if (left := folds - len(self.folds.folds)) > 0:
            work.left_out.append(f"{left} of {folds} folds")
        if not material.test_rows:
            means = {name: of.mean for name, of in self.folds.figures.items()}
            self.metrics = {name: v for name, v in means.items() if v is not None}

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
                told = self.learned[name], figures[name], simple.get(name)
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
            message=history.message,
            settings=self.chosen,
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
