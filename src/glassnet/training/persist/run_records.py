"""The records in a run's folder: which steps they are of, and each of them whole or refused."""

import bisect
import os
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.files.whole import open_file
from glassnet.training.persist.run_format import (
    ABOUT,
    END,
    FORMAT,
    HEADER,
    INSTEAD,
    STEPS,
    VERSION,
    read_json,
)


def about_of(path: Path) -> dict[str, Any]:
    """What the run.json of a run's folder says, as far as its format and version.

    Raises: InputError where there is no such folder, or no run of this format in it.
    """
    if not os.path.isdir(path):
        what = "is a file" if os.path.exists(path) else "does not exist"
        raise InputError(f"the run {path} {what}: give a folder that `train --record` wrote.")
    try:
        if not (path / ABOUT).exists():
            raise InputError(f"the folder {path} holds no recorded run: it has no {ABOUT}.")
        about = read_json(path / ABOUT)
    except InputError:
        raise
    except (ValueError, RecursionError):
        raise InputError(f"the run {path} is damaged: its {ABOUT} is no JSON.") from None
    except OSError as error:
        raise InputError(f"the run {path} cannot be read: {error.strerror or error}.") from None
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise InputError(
            f"the folder {path} holds no recorded run: its {ABOUT} is another program's."
        )
    if about.get("version") != VERSION:
        raise InputError(
            f"the run {path} is of version {about.get('version')} of its format, and this "
            f"glassnet reads {VERSION}: record it again, or read it with the one that wrote it."
        )
    return about


class RunRecords:
    """The records in a run's folder, each of the type `record`.

    Attributes:
        steps: the numbers of the recorded steps, ascending.
        end: how many updates the run made, where it ended whole; or None.
        notes: sentences on what was left out.
    """

    def __init__(self, path: Path, record: np.dtype[Any]) -> None:
        self.path, self.record = path, record
        self.notes: list[str] = []
        self._heads: dict[int, tuple[int, np.void]] = {}  # a step's slot and header
        self.end: int | None = None
        self._end: tuple[int, np.void] | None = None
        self._read_heads()
        self.steps = sorted(self._heads)

    def __contains__(self, step: int) -> bool:
        """Whether the step is recorded; the end is none."""
        return step in self._heads

    def head(self, step: int) -> np.void:
        """The header of a step's record, or of the end's."""
        return self._find(step)[1]

    def _read_heads(self) -> None:
        size = self.record.itemsize
        damaged = 0
        newest: tuple[int, int, np.void] | None = None
        if not (self.path / STEPS).exists():
            return
        file, _ = open_file(self.path / STEPS, "the record", INSTEAD)
        with file:
            whole, torn = divmod(file.seek(0, os.SEEK_END), size)
            for slot in range(whole):
                file.seek(slot * size)
                raw = file.read(HEADER.itemsize)
                head = np.frombuffer(raw, HEADER)[0]
                if zlib.crc32(raw[4:]) != head["header_crc"]:
                    damaged += 1
                    continue
                step = int(head["step"])
                if head["kind"] == END:
                    self.end, self._end = step, (slot, head)
                else:
                    self._heads[step] = slot, head
                    if newest is None or step > newest[0]:
                        newest = step, slot, head
        # a write that was broken off is the newest, or lies behind all others
        if newest is not None and self._body(newest[1], newest[2]) is None:
            del self._heads[newest[0]]
            torn += 1
        if self._end is not None and self._body(*self._end) is None:
            self.end, self._end = None, None
            torn += 1
        if torn:
            self.notes.append("the last record was not written to its end, and is left out.")
        if damaged:
            self.notes.append(
                f"{damaged} damaged record{'s are' if damaged > 1 else ' is'} left out."
            )

    def _body(self, slot: int, head: np.void) -> np.void | None:
        """The whole record in a slot; None where it is not the one that head begins."""
        with open(self.path / STEPS, "rb") as file:
            file.seek(slot * self.record.itemsize)
            raw = file.read(self.record.itemsize)
        same = raw[: HEADER.itemsize] == head.tobytes() and len(raw) == self.record.itemsize
        if not same or zlib.crc32(raw[HEADER.itemsize :]) != head["body_crc"]:
            return None
        return np.frombuffer(raw, self.record)[0]

    def _find(self, step: int) -> tuple[int, np.void]:
        if step in self._heads:
            return self._heads[step]
        if self._end is not None and step == self.end:
            return self._end
        raise self.missing(step, self.steps if self.end is None else [*self.steps, self.end])

    def missing(self, step: int, known: list[int]) -> InputError:
        """The sentence for a step that is not among the known ones: which are near it."""
        if not known:
            return InputError(f"the run {self.path} holds no step.")
        at = bisect.bisect(known, step)
        near = sorted({known[max(at - 1, 0)], known[min(at, len(known) - 1)]})
        which = (
            f"the nearest are {near[0]} and {near[1]}"
            if len(near) > 1
            else f"the nearest is {near[0]}"
        )
        return InputError(f"step {step} is not recorded: {which}.")

    def whole(self, step: int) -> np.void:
        """A step's record, or the end's.

        Raises: InputError where there is none, or it is not as it was written.
        """
        slot, head = self._find(step)
        try:
            record = self._body(slot, head)
        except OSError as error:
            raise InputError(
                f"the run {self.path} cannot be read: {error.strerror or error}."
            ) from None
        if record is None:
            raise InputError(
                f"the record of step {step} is damaged, or was overwritten by a run that goes on: "
                "open the run again."
            )
        return record
