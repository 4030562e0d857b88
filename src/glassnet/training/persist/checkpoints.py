"""Training that survives: what it depends on is saved as it goes, and goes on from there.

A folder holds three files, each whole or not there: last.checkpoint, previous.checkpoint, the one
before it, and best.checkpoint, of the epoch with the lowest validation loss. docs/checkpoints.md
says what is in them.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from glassnet.core.display.one_line import telling
from glassnet.core.errors import InputError
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Either, FilePath, Instance, Place, Positive
from glassnet.files.plain import to_plain
from glassnet.files.whole import write_aside
from glassnet.training.persist.checkpoint_file import State, fits, packed, read

LAST, PREVIOUS, BEST = "last.checkpoint", "previous.checkpoint", "best.checkpoint"
MINUTES = 10.0
SYNC_EVERY = 20  # times as long as it takes for a file to reach the disk: 5 % of the time
DIFFERENCES = 3  # between two trainings that a sentence names

Machine = Mapping[str, Any]


class Resumable(Protocol):
    """What is saved, and taken up again."""

    def state(self) -> State: ...
    def take(self, state: State) -> None: ...


def made_with() -> Machine:
    """What this room knows of what the last bits depend on; `runtime.machine` knows more."""
    return {"NumPy": np.__version__}


@door
class Checkpoints:
    """Saves a training that `fit` is given it for: at each epoch's end, and as time goes by.

    Args:
        path: the folder; it is made where its parent exists.
        minutes: the longest time between two saves, within an epoch too.
        resume: go on from what the folder holds, or from the beginning where that is nothing.
        machine: tells what the last bits of a sum depend on, by name: NumPy's version, BLAS.
        say: is told, in a sentence each, where training goes on from and what went wrong.

    A save that fails is told, and training goes on.

    Raises: InputError where the minutes make no sense.
    """

    def __init__(
        self,
        path: FilePath,
        minutes: Positive = MINUTES,
        *,
        resume: bool = False,
        machine: Callable[[], Machine] = made_with,
        say: Callable[[str], Any] = lambda sentence: None,
    ) -> None:
        self.path, self.minutes, self.resume = Path(path), minutes, resume
        self.machine, self.say = machine, say
        self.asked_to_stop = False
        self.steps = 0  # made when it was last saved
        self.trouble = ""
        self._held: int | None = None  # the folder, open and locked

    __repr__ = telling("path", "minutes", "resume")

    def check(self) -> None:
        """Says before long work that the folder could not be written: an InputError."""
        path = self.path
        if os.path.exists(path) and not os.path.isdir(path):
            raise InputError(f"{path} is a file: give the name of a folder for the checkpoints.")
        if not os.path.isdir(path) and not os.path.isdir(path.parent):
            raise InputError(
                f"the folder {path.parent} does not exist: make it first, or keep the "
                "checkpoints elsewhere."
            )
        folder = path if os.path.isdir(path) else path.parent
        if not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(f"the folder {folder} cannot be written to: choose another.")

    def start(self, training: Resumable, settings: Mapping[str, Any]) -> None:
        """Brings training to where the folder's newest usable checkpoint left it.

        Args: settings, what must be the same for that, as plain JSON; "data" is a digest.

        Raises: InputError where the checkpoint is another training's, where one that is not
        over would be written over, or where the folder cannot be written.
        """
        self.check()
        try:
            self.path.mkdir(exist_ok=True)
        except OSError as error:
            raise InputError(f"{self._failed(error)}: choose another folder.") from None
        self._hold()
        try:
            self._start(training, settings)
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """Lets another training have the folder; the end of the process does so too."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def _hold(self) -> None:
        """Keeps other trainings out of the folder, by a lock on it that dies with the process."""
        self.release()
        try:
            import fcntl

            self._held = os.open(self.path, os.O_RDONLY)
            fcntl.flock(self._held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.release()
            raise InputError(
                f"another training saves its checkpoints in {self.path} at this moment: wait until "
                "it has ended, or give another folder."
            ) from None
        except (ImportError, OSError):  # a system, or a file system, without such locks
            self.release()
            self.say(
                f"{self.path} cannot be locked on this system: let no second training use it "
                "before this one has ended."
            )

    def _start(self, training: Resumable, settings: Mapping[str, Any]) -> None:
        self.settings = to_plain(settings)
        self._made_with = to_plain(self.machine())
        self._saved_at = time.perf_counter()
        self._last_is_sound, self._synced_at, self._sync_took = False, 0.0, 0.0
        if self.resume:
            if self._taken(training):
                return
            self.say(f"there is no usable checkpoint in {self.path}: training starts from the "
                     "beginning.")  # fmt: skip
        else:
            self._refuse_to_write_over()
        try:
            self._write(training.state(), best=False, done=False, sync=True)
            for name in (PREVIOUS, BEST):  # of an older training
                (self.path / name).unlink(missing_ok=True)
        except OSError as error:
            raise InputError(f"{self._failed(error)}: choose another folder.") from None

    def stop(self) -> None:
        """Makes training save and end, after the step that it is at or soon after."""
        self.asked_to_stop = True

    def due(self) -> bool:
        return time.perf_counter() - self._saved_at >= 60 * self.minutes

    def save(
        self, state: State, *, best: bool = False, done: bool = False, sync: bool = False
    ) -> None:
        """Saves a state; where that fails, says so once, and tries again the next time.

        Args: best, under that name too; done, nothing is left to do; sync, wait for the disk.
        """
        try:
            if not os.path.isdir(self.path):
                self.path.mkdir()
                self._last_is_sound = False
                self.say(f"the folder {self.path} was gone, and has been made again.")
            self._write(state, best, done, sync or done)
            self.trouble = ""
        except OSError as error:
            self._saved_at = time.perf_counter()
            failed = self._failed(error)
            if failed != self.trouble:
                self.trouble = failed
                self.say(f"{failed}; training goes on, and the checkpoint of step {self.steps} "
                         "stays.")  # fmt: skip

    def give_up(self) -> None:
        """Nothing can come of the last state: another training may take its folder."""
        with contextlib.suppress(InputError, OSError, KeyError):
            self._write(read(self.path / LAST)["state"], best=False, done=True, sync=True)

    def stands(self) -> str:
        """What a training that was broken off can go on from, in a sentence."""
        return f"The checkpoint in {self.path} is of step {self.steps}."

    # -- reading -------------------------------------------------------------------------

    def path_named(self) -> str | None:
        """How the steps were computed of the training that is gone on from; None without one."""
        found = next(self._candidates(lambda sentence: None), None) if self.resume else None
        if found is None:
            return None
        named = found[1]["settings"].get("path", "numpy")  # not said before there were others
        return named if isinstance(named, str) else None

    def _candidates(self, say: Callable[[str], Any]) -> Iterator[tuple[str, State]]:
        """The files that can be read, newest first; of the others it is said why not."""
        for name in (LAST, PREVIOUS, BEST):
            try:
                found = read(self.path / name)
                if not all(isinstance(found.get(part), dict) for part in ("settings", "state")):
                    raise InputError("is damaged, and its checksum was made to fit")
            except InputError as error:
                if os.path.exists(self.path / name):
                    say(f"{self.path / name} {error}.")
                continue
            yield name, found

    def _taken(self, training: Resumable) -> bool:
        own = training.state()
        for name, found in self._candidates(self.say):
            self._check_same(found["settings"])
            try:
                if not fits(found["state"], own):
                    raise InputError("does not fit this training")
                training.take(found["state"])
            except InputError as error:
                self.say(f"{self.path / name} {error}.")
                continue
            self.steps = found["state"]["steps"]
            self._last_is_sound = name == LAST
            self.say(f"resumed from {self.path / name}, after {self.steps} steps in "
                     f"{found['state']['epoch']} whole epochs.")  # fmt: skip
            self._warn_of_machine(found.get("made_with"))
            return True
        return False

    def _check_same(self, saved: Any) -> None:
        if isinstance(saved, Mapping):  # older ones do not say how their steps were computed
            saved = {"path": self.settings.get("path")} | dict(saved)
        different = list(differences(self.settings, saved))
        if different:
            more = len(different) - DIFFERENCES
            named = different[:DIFFERENCES] + ([f"{more} more differ"] if more > 0 else [])
            raise InputError(
                f"the checkpoint in {self.path} is of another training: {', '.join(named)}. "
                "Resume with the settings and data that it was made with, or give another folder."
            )

    def _warn_of_machine(self, then: Any) -> None:
        different = list(differences(self._made_with, then if isinstance(then, dict) else {}))
        if different:
            self.say(
                f"the checkpoint was made under other conditions: {', '.join(different)}. "
                "Training goes on, but the last bits may not be those of a run without a break."
            )

    def _refuse_to_write_over(self) -> None:
        found = next(self._candidates(lambda sentence: None), None)
        if found is not None and found[1].get("done") is not True:
            raise InputError(
                f"the folder {self.path} holds the checkpoint of a training that is not over: "
                "resume it, delete it, or give another folder."
            )

    # -- writing -------------------------------------------------------------------------

    def _write(self, state: State, best: bool, done: bool, sync: bool) -> None:
        """last becomes previous, and the state last: at each moment one of them is whole.

        Only what the disk has becomes previous, so that this one survives a power failure.
        """
        about = {"made_with": self._made_with, "done": done, "settings": self.settings}
        parts = packed({**about, "state": state})
        self._clear()
        last, aside = self.path / LAST, self._aside(LAST)
        began = time.perf_counter()
        sync = sync or began - self._synced_at >= SYNC_EVERY * self._sync_took
        try:
            write_aside(aside, parts, sync)
            if sync:
                self._synced_at = time.perf_counter()
                self._sync_took = self._synced_at - began
            if self._last_is_sound:
                with contextlib.suppress(FileNotFoundError):
                    os.replace(last, self.path / PREVIOUS)
            os.replace(aside, last)
            self._last_is_sound = sync
            self.steps, self._saved_at = state["steps"], time.perf_counter()
            if best:
                write_aside(self._aside(BEST), parts, sync)
                os.replace(self._aside(BEST), self.path / BEST)
        except OSError:
            self._clear()
            raise

    def _aside(self, name: str) -> Path:
        return self.path / f".{name}.part"

    def _clear(self) -> None:
        """Takes away what a write that was cut off left."""
        for name in (LAST, BEST):
            with contextlib.suppress(OSError):
                self._aside(name).unlink(missing_ok=True)

    def _failed(self, error: OSError) -> str:
        return f"no checkpoint can be saved in {self.path} ({error.strerror or error})"


def checkpoints_for(checkpoint: Any, resume: bool) -> Checkpoints | None:
    """The checkpoints that fit is asked for, their folder checked."""
    if checkpoint is None:
        if resume:
            raise InputError("to resume needs checkpoints: give the folder that holds them.")
        return None
    checkpoint = Either(Place(), Instance(Checkpoints))("checkpoint", checkpoint)
    if not isinstance(checkpoint, Checkpoints):
        checkpoint = Checkpoints(checkpoint)
    checkpoint.resume = checkpoint.resume or resume
    checkpoint.check()
    return checkpoint


def differences(now: Any, then: Any, name: str = "") -> Iterator[str]:
    """What is another in two plain JSON documents, each as 'NAME is X and was Y'."""
    if now == then:
        return
    if name == "data":
        yield "the rows to learn from or to validate on are others"
    elif isinstance(now, Mapping) and isinstance(then, Mapping):
        for key in [*now, *(key for key in then if key not in now)]:
            yield from differences(now.get(key), then.get(key), f"{name} {key}".strip())
    elif isinstance(now, list) and isinstance(then, list) and len(now) == len(then):
        for number, (a, b) in enumerate(zip(now, then, strict=True), start=1):
            yield from differences(a, b, f"{name} {number}")
    else:
        yield f"{name} is {_shown(now)} and was {_shown(then)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping | list):
        return f"{len(value)} long" if isinstance(value, list) else "given"
    return "none" if value is None else str(value)[:60]
