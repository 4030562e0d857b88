"""Writing a recorded run: each step's parameters, state, rows and random state, as they were.

A run is a folder of two files. run.json, written first, says in words what was trained, how and on
which data, and where each number lies in a record; steps.bin holds records of one size, a write
each, with checksums, so that whatever ends the process, what was written before can be read.
docs/recorded-runs.md describes both.
"""

import contextlib
import dataclasses
import json
import math
import os
import shutil
import struct
import zlib
from collections.abc import Callable, Mapping
from io import FileIO
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.layers import Dropout
from glassnet.core.lbfgs import LBFGS
from glassnet.core.network import Network
from glassnet.core.optimizers import Optimizer, State
from glassnet.core.schedules import Schedule
from glassnet.core.validation.calls import door
from glassnet.core.validation.memory import amount
from glassnet.core.validation.rules import Either, FilePath, Instance, Place, Whole
from glassnet.files.plain import to_plain
from glassnet.files.whole import write_aside
from glassnet.training.events import History
from glassnet.training.persist.run_format import (
    ABOUT,
    DIVERGED,
    END,
    FORMAT,
    HEADER,
    PACKED,
    STATE,
    STEP,
    STEPS,
    VERSION,
    digest,
    fields_of,
    is_run,
    layout,
)
from glassnet.training.rows import PassOver, Rows

ASIDE = f".{ABOUT}.part"  # run.json while it is written


Steps = Annotated[int, Whole(1, give="a whole number of steps from 1 up")]


@door
class Recorder:
    """Records a training that `fit` is given it for.

    Args:
        path: the folder to write; an old run in it is overwritten, anything else is not.
        every: 1 records each step, 100 every 100th; the first and the last planned always.
        keep: the last so many recorded steps alone; None keeps all.
        source: where the data came from, as plain JSON: {"data": what load_data takes,
            "options": its other arguments}.
        threads: how many BLAS threads the training uses, to be remembered.
        say: is told, before the first step, in one sentence what the recording will take.

    `trouble` is a sentence on why recording stopped before training did, as when the disk is
    full: a training that runs is not lost for it.

    Raises: InputError where the numbers make no sense.
    """

    def __init__(
        self,
        path: FilePath,
        every: Steps = 1,
        keep: Steps | None = None,
        *,
        source: Mapping[str, Any] | None = None,
        threads: int | None = None,
        say: Callable[[str], Any] | None = None,
    ) -> None:
        self.path, self.every, self.keep = Path(path), every, keep
        self.source, self.threads, self.say = source, threads, say
        self.trouble = ""
        self._file: FileIO | None = None

    __repr__ = telling("path", "every", "keep")

    def check(self) -> None:
        """Says before long work that the folder could not be written: an InputError."""
        path = self.path
        if os.path.exists(path) and not os.path.isdir(path):
            raise InputError(f"{path} is a file: give the name of a folder to record to.")
        if os.path.isdir(path):
            if set(os.listdir(path)) - {ASIDE} and not is_run(path):
                raise InputError(
                    f"the folder {path} exists and holds no recorded run: give another name."
                )
        elif not os.path.isdir(path.parent):
            raise InputError(
                f"the folder {path.parent} does not exist: make it first, or record elsewhere."
            )
        folder = path if os.path.isdir(path) else path.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(f"the folder {folder} cannot be written to: choose another.")

    def start(
        self,
        net: Network,
        rows: Rows,
        rule: Optimizer | LBFGS,
        state: State,
        schedule: Schedule,
        steps: int,
        settings: Mapping[str, Any],
    ) -> None:
        """Makes the folder and writes run.json, before a training of at most so many steps.

        Args: state, the arrays that the rule's updates keep, which change as they are made.

        Raises: InputError where the folder cannot be written, or the disk has no room.
        """
        self.check()
        self.net, self.rule, self.schedule = net, rule, schedule
        descends = isinstance(rule, Optimizer)
        batch = min(settings["batch_size"], len(rows)) if descends else 0
        self._record = layout(net, list(state), batch, len(rows))
        self.made, self._last, self._count = 0, steps - 1, 0
        self._drops = any(isinstance(layer, Dropout) for layer in net.layers)
        self._ended, self.trouble = False, ""
        self._pending: tuple[int, float, NDArray[Any]] | None = None
        self._buffer = np.zeros(1, self._record)
        self._bytes = self._buffer.view(np.uint8).data
        self._theta = self._buffer["theta"][0]
        self._state = [(array, self._buffer[f"state.{name}"][0]) for name, array in state.items()]
        self._check_room(steps)
        self._about = self._first_about(rows, list(state), settings)
        try:
            self.path.mkdir(exist_ok=True)
            (self.path / STEPS).unlink(missing_ok=True)
            self._write_about()
            (self.path / STEPS).touch()
        except OSError as error:
            raise InputError(
                f"the run {self.path} cannot be written: {error.strerror or error}."
            ) from None

    def _first_about(
        self, rows: Rows, state: list[str], settings: Mapping[str, Any]
    ) -> dict[str, Any]:
        """What run.json holds before the first step; state, the names of what updates keep."""
        net, rule = self.net, self.rule
        descends = isinstance(rule, Optimizer)
        return {
            "format": FORMAT,
            "version": VERSION,
            "network": net.spec(),
            "preparation": None if net.preparation is None else net.preparation.spec(),
            "target_scale": None if net.target_scale is None else net.target_scale.spec(),
            "settings": {
                **settings,
                "optimizer": spec_of(rule),
                "schedule": spec_of(self.schedule) if descends else None,
                "steps": self._last + 1,
                "every": self.every,
                "keep": self.keep,
                "threads": self.threads,
            },
            "data": digest(rows, net.dtype),
            "source": None if self.source is None else dict(self.source),
            "made_with": {"numpy": np.__version__},
            "record": {
                "file": STEPS,
                "bytes": self._record.itemsize,
                "full_batch": not descends,
                "state": state,
                "fields": fields_of(self._record),
            },
            "ended": None,
        }

    def _check_room(self, steps: int) -> None:
        """Says what the recording will take; an InputError where the disk has less."""
        records = math.ceil(steps / self.every) + ((steps - 1) % self.every > 0)
        records = min(records, self.keep or records)
        size = self._record.itemsize
        total = (records + 1) * size  # and the end
        free = shutil.disk_usage(self.path if os.path.exists(self.path) else self.path.parent).free
        with contextlib.suppress(OSError):
            free += (self.path / STEPS).stat().st_size
        takes = f"{amount(size)} a step, {amount(total)} for {records:,} steps"
        if total > free:
            raise InputError(
                f"recording to {self.path} takes {takes}, and the disk has {amount(free)} left: "
                f"record fewer steps (every, now {self.every}) or keep the last of them alone "
                "(keep)."
            )
        if self.say is not None:
            which = "every step" if self.every == 1 else f"every {self.every} steps"
            last = "" if self.keep is None else f", the last {self.keep:,} kept"
            self.say(f"recording {which} to {self.path}{last}: {takes}.")

    # -- while training runs -------------------------------------------------------------

    def watch(self, plan: PassOver) -> PassOver:
        """The plan, and what is to be kept of the step that calls it.

        A pass changes neither parameters nor state, so that after it, with the loss known,
        both are still those from before the step; the random state alone is read ahead.
        """

        def call(index: NDArray[np.intp], rng: np.random.Generator) -> float:
            due = not self.trouble and (self.made % self.every == 0 or self.made == self._last)
            drawn_from = rng.bit_generator.state if due or self._drops else None
            loss = plan(index, rng)
            finite = math.isfinite(loss)
            if due or not (finite or self.trouble):
                self._buffer["rows"][0, : len(index)] = index
                self._write(
                    STEP if finite else DIVERGED,
                    self.made,
                    loss,
                    self.net.theta,
                    len(index),
                    self.schedule(self.made),
                    drawn_from or rng.bit_generator.state,
                )
            self.made += 1
            return loss

        return call

    def iterate(self, step: int, loss: float) -> None:
        """Keeps where L-BFGS stands after so many iterations."""
        again = self._pending is not None and self._pending[0] == step
        self.made = step
        self._pending = step, loss, self.net.theta.copy()
        if not math.isfinite(loss):
            self._write(DIVERGED, step, loss, self.net.theta)
            self._ended = True
        elif step % self.every == 0 and not again:
            self._write(STATE, step, loss, self.net.theta)

    def end(self, steps: int) -> None:
        """Keeps where the last of so many updates led, before the best is taken back.

        Nothing is kept where an update was broken off, or the loss was not finite.
        """
        if self._ended or self.trouble:
            return
        self._ended = True
        if self._pending is not None:
            step, loss, theta = self._pending
            self._write(END, step, loss, theta)
        elif isinstance(self.rule, Optimizer) and self.made == steps:
            self._write(END, steps, math.nan, self.net.theta)

    def finish(self, history: History) -> None:
        """Closes the records, and writes into run.json how training ended."""
        if self._file is not None:
            self._file.close()
            self._file = None
        history.message = f"{history.message} {self.trouble}".strip()
        self._about["ended"] = {
            "stopped": history.stopped,
            "message": history.message,
            "steps": history.steps,
            "best_epoch": history.best_epoch,
            "restored": history.restored,
            "epochs": history.epochs,
        }
        try:
            self._write_about()
        except OSError as error:
            if not self.trouble:
                self._give_up(error)
                history.message = f"{history.message} {self.trouble}".strip()

    def _write(
        self,
        kind: int,
        step: int,
        loss: float,
        theta: NDArray[Any],
        batch: int = 0,
        factor: float = 0.0,
        rng: Mapping[str, Any] | None = None,
    ) -> None:
        """One record in one write, to the slot whose turn it is."""
        raw, size, t = self._bytes, self._record.itemsize, 0
        self._theta[...] = theta
        if isinstance(self.rule, Optimizer):
            t = self.rule.t
            for array, part in self._state:
                part[...] = array
        drawn = (bytes(16), bytes(16), 0, 0)
        if rng is not None:
            numbers = (rng["state"][name].to_bytes(16, "little") for name in ("state", "inc"))
            drawn = (*numbers, rng["has_uint32"], rng["uinteger"])
        body = zlib.crc32(raw[HEADER.itemsize :])
        PACKED.pack_into(raw, 0, 0, body, kind, batch, step, t, loss, factor, *drawn)
        raw[:4] = struct.pack("<I", zlib.crc32(raw[4 : HEADER.itemsize]))
        slot = self._count if self.keep is None else self._count % self.keep
        if kind == END and self.keep is not None:
            slot = min(self._count, self.keep)  # behind the ring: the end costs no step
        try:
            if self._file is None:
                self._file = FileIO(self.path / STEPS, "r+")
            self._file.seek(slot * size)
            at = self._file.write(raw) or 0
            while at < size:
                at += self._file.write(raw[at:]) or 0
        except OSError as error:
            self._give_up(error)
        self._count += 1

    def _give_up(self, error: OSError) -> None:
        self.trouble = (
            f"the recording stopped at step {self.made}: {self.path} cannot be written "
            f"({error.strerror or error})."
        )

    def _write_about(self) -> None:
        # in ASCII, escapes for the rest: a file's name may have bytes that are no UTF-8
        text = json.dumps(to_plain(self._about), indent=1, allow_nan=False)
        aside = self.path / ASIDE
        write_aside(aside, [text.encode() + b"\n"])
        os.replace(aside, self.path / ABOUT)


def recorder_for(record: Any) -> Recorder | None:
    """The recorder that fit is asked for, its folder checked."""
    if record is None:
        return None
    record = Either(Place(), Instance(Recorder))("record", record)
    recorder = record if isinstance(record, Recorder) else Recorder(record)
    recorder.check()
    return recorder


def spec_of(thing: Optimizer | LBFGS | Schedule) -> dict[str, Any]:
    """Name and settings of a rule or schedule, from which its room's `get` makes it again."""
    if not isinstance(thing, LBFGS):
        return thing.spec()
    values = {f.name: getattr(thing, f.name) for f in dataclasses.fields(thing)}
    return {"name": thing.name, **values}
