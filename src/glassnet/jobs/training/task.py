"""What is to be trained on which data; whether it makes sense, before anything is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.data import Reading, open_data
from glassnet.files.endings import check_out
from glassnet.files.whole import check_apart
from glassnet.jobs import checks
from glassnet.jobs.material import from_model
from glassnet.jobs.material.groups import check_groups
from glassnet.jobs.material.in_blocks import InBlocks
from glassnet.jobs.material.in_memory import InMemory
from glassnet.jobs.open import open_model
from glassnet.jobs.threads_and_signals import ByNumba, Say, checkpoints_in
from glassnet.training import Recorder
from glassnet.training.measure.crossvalidation import check_folds
from glassnet.training.recipe import recipe
from glassnet.training.recipe.search import check_tries
from glassnet.training.team import ALONE, Team

FOLDS = 5  # where no rows are for the test


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
        compiled: True by compiled functions, False by NumPy, None where it is long enough.
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
    compiled: bool | None = None

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


def kept_in(task: Task, say: Say) -> dict[str, Any]:
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
    kept: dict[str, Any] = {"compiled": ByNumba(task.compiled, say)}
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
    for name in kept.keys() & {"record", "checkpoint"}:
        kept[name].check()
    check_members(task)
    check_quantiles(task)
    recipe.check_together(task.settings)
    return kept


def check_quantiles(task: Task) -> None:
    """Raises: InputError where several quantiles are asked for beside what does not know them."""
    beside = {
        "cv": task.folds, "search": task.search, "memory": task.memory, "groups": task.groups,
    }  # fmt: skip
    asked = next((name for name, value in beside.items() if value is not None), None)
    if task.given.get("quantiles") is None or (asked is None and task.reading.test != 0):
        return
    raise InputError(
        f"several quantiles are measured together, on test rows and once: leave "
        f"--{asked or 'test 0'} out, or take one --quantile."
    )


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


def material_of(task: Task, team: Team = ALONE) -> InMemory | InBlocks:
    """The data, opened and looked at, by all ranks of a team, and the model to go on from."""
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
        preset = task.given.get("preset")
        fine = task.checkpoint is not None
        return InBlocks.of(task.data, task.memory, reading, preset, team, task.shards, fine)
    if model is None:
        dataset = open_data(task.data, reading)
    else:
        dataset = from_model.data_for(model, task.data, reading)
    if task.groups is not None:
        check_groups(dataset, task.groups)
    if (folds := folds_of(task)) is not None:
        check_folds(dataset, folds)
    return InMemory.of(dataset, task.given.get("validation"), model, task.given.get("preset"))


def folds_of(task: Task) -> int | None:
    """Of the cross-validation: without test rows the figures are its."""
    return FOLDS if task.folds is None and task.reading.test == 0 else task.folds
