"""`with gn.watch() as seen:` a training of one's own is followed where it runs, and then judged."""

from __future__ import annotations

import builtins
import sys
import traceback
from dataclasses import astuple, replace
from types import CodeType, FrameType, TracebackType
from typing import Any, Self

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.validation.calls import door
from glassnet.core.validation.rules import Count
from glassnet.tutor.dataflow.graph import Graph
from glassnet.tutor.dataflow.judge import judged_run
from glassnet.tutor.dataflow.recording.instrument import TAPE
from glassnet.tutor.dataflow.recording.packing import as_kept
from glassnet.tutor.dataflow.verdict import JudgedRun
from glassnet.tutor.hints import hinted
from glassnet.tutor.lessons.to_read import with_lesson
from glassnet.tutor.process.source import PythonSource
from glassnet.tutor.report import CheckReport
from glassnet.tutor.script.check import judged_report
from glassnet.tutor.script.judged import JudgedScript
from glassnet.tutor.script.recovered import network_of
from glassnet.tutor.skeleton.answers import answered
from glassnet.tutor.trying.drive import Driven
from glassnet.tutor.watching.block import LeftOut, block_of, leave_out
from glassnet.tutor.watching.left_behind import Place, places_of, read_again, running
from glassnet.tutor.watching.live_tape import DoneTape, LiveTape
from glassnet.tutor.watching.running_code import ReadFiles, RunningCode, label_of, reached


class Watched:
    """What a block trained.

    Of a block within a function the lines themselves are not followed, what they call is.
    """

    def __init__(self, network: type[Network] = Network) -> None:
        self._kind = network
        self._read, self._code = ReadFiles(), RunningCode()
        self._block: CodeType | None = None
        self._undo: Any = None
        self._tape: LiveTape | None = None
        self._frame: FrameType | None = None
        self._error: BaseException | None = None
        self._name, self._functions = "", 0
        self._run: JudgedRun | None = None
        self._over = False
        self._files: set[str] = set()
        self._spaces: list[dict[str, Any]] = []
        self._places: dict[int, Place] = {}
        self._left: dict[int, np.ndarray] = {}

    def __enter__(self) -> Self:
        running = getattr(builtins, TAPE, None)
        if self._tape is not None or (running is not None and not isinstance(running, DoneTape)):
            raise InputError(
                "a block is watched already: watch one block at a time, each by a gn.watch() of "
                "its own."
            )
        self._frame = frame = sys._getframe(1)  # type: ignore[attr-defined]
        self._name = f"{label_of(frame.f_code.co_filename)}, line {frame.f_lineno}"
        files, spaces = reached(frame)
        modules = {str(space.get("__name__")) for space in spaces.values()}
        self._files, self._spaces = {*files, frame.f_code.co_filename}, list(spaces.values())
        self._tape = LiveTape(self._files, modules, self._full)
        # names are looked up there last: a generator that goes on later finds it still
        setattr(builtins, TAPE, self._tape)
        self._functions = self._code.change(files, spaces, self._read)
        found = block_of(frame, self._read)
        if found is not None:
            plain, self._block, first = found
            self._code.known(plain, self._block)
            self._undo = leave_out(frame, first)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        where: TracebackType | None,
    ) -> bool:  # fmt: skip
        if self._undo is not None:
            self._undo()
        try:
            if isinstance(error, LeftOut):
                error = None
                self._do()
                return True
            return False
        except BaseException as raised:
            error = raised
            _forget(raised)
            raise
        finally:
            self._error = error
            self._ended()

    @door
    def check(self, *, hint: Count | None = None, answer: bool = False) -> CheckReport:
        """What is right and what is wrong in what ran, as `glassnet check` tells it of a file.

        Args:
            hint: what is said in place of the report: 1 where to look, 2 a question, 3 the formula.
            answer: whether to tell also how the wrong step can be written.

        Raises: InputError where nothing could be followed: why, and what to do.
        """
        run, source = self._judged()
        script = JudgedScript(source.path, source, Driven(source.path), [run], run.judgement)
        with np.errstate(all="ignore"):
            report = judged_report(script, None)
        if report is None:
            raise InputError(f"{self._name}: {run.judgement.why}; nothing of it can be judged.")
        report = with_lesson(answered(report) if answer else replace(report, answer=""))
        return report if hint is None else hinted(report, hint)

    def network(self) -> Network:
        """The network that was trained, as one of ours, with the weights that the block left.

        Where those are in no variable, attribute, list or dictionary that is there in the end, they
        are those of the last round that was noted.

        Raises: InputError where no network can be read from what ran.
        """
        run, _ = self._judged()
        with np.errstate(all="ignore"):
            found = network_of(run, self._kind, self._left)
        if found is None:
            raise InputError(
                f"{self._name}: no network of layers z = W·x + b with a usual activation could be "
                "read from what ran; where its batches are of many rows, watch it with fewer."
            )
        return found

    def _do(self) -> None:
        """The block's own lines, in the place of those that were left out."""
        assert self._frame is not None
        assert self._block is not None
        names = self._frame.f_globals
        try:
            exec(self._block, names)
        finally:
            for name in [name for name in names if name.startswith("_glassnet_")]:
                del names[name]

    def _full(self) -> None:
        """Nothing more is noted: the functions are as they were, the weights are looked up."""
        assert self._tape is not None
        self._code.back()
        held = running(sys._getframe(), self._files)  # type: ignore[attr-defined]
        self._places = places_of([*self._spaces, *held], self._tape.now)

    def _ended(self) -> None:
        """The functions are as they were; what was noted stays."""
        assert self._tape is not None
        whole = not isinstance(self._tape, DoneTape)
        if whole:
            self._tape.stop()
        self._error = self._error if whole else None  # else it came after what was noted
        self._left = read_again(self._places)
        self._frame = self._block = None
        self._places, self._spaces = {}, []
        self._over = True

    def _judged(self) -> tuple[JudgedRun, PythonSource]:
        """The verdict on what was noted. Raises: InputError where that is nothing."""
        if self._tape is None or not self._over:
            raise InputError("nothing is judged yet: ask below the `with` block, when it is over.")
        source = self._read.source(self._name)
        if self._run is None:
            run = judged_run(self._graph(source))
            if not run.parameters.steps:
                raise InputError(f"{self._name}: {self._why_nothing()}")
            self._run = run
        return self._run, source

    def _graph(self, source: PythonSource) -> Graph:
        tape, error = self._tape, self._error
        assert tape is not None
        line = self._line_of(error) if error is not None else 0
        broken = tape.broken if tape.broken and tape.broken[0] is error else None
        told = {
            "sites": [astuple(site) for site in self._read.sites], "stacks": tape.stacks,
            "names": tape.names, "stood_in": [], "form": {}, "line": line, "idle": "",
            "ended": "done" if error is None else f"{type(error).__name__}: {error}",
            "broken": [broken[1], *broken[2]] if broken else [],
        }  # fmt: skip
        return Graph(told, source.where, as_kept(tape.nodes))

    def _line_of(self, error: BaseException) -> int:
        """The line among those that were read at which it was raised; 0 without one."""
        starts = self._read.starts
        for frame in reversed(traceback.extract_tb(error.__traceback__)):
            if frame.filename in starts and frame.lineno:
                return starts[frame.filename] + frame.lineno
        return 0

    def _why_nothing(self) -> str:
        """Why no training was seen, and what to do."""
        tape = self._tape
        assert tape is not None
        if tape.too_large:
            return (
                "its arrays are too large to be kept: watch a block that trains on fewer rows, "
                "such as X[:200]."
            )
        if not tape.nodes and not self._functions:
            return (
                "nothing could be followed, as Python has no source of what ran: put it into a "
                "file or a notebook's cell, and run that."
            )
        if not tape.nodes:
            return (
                "nothing of your own was seen to compute: expected a block that calls a function "
                "of yours which trains, or whose own lines do and stand in no function; where a "
                "file was changed since it was imported, import it anew."
            )
        return (
            "no number changed as weights do, by itself plus or minus a step: expected a block "
            "that updates a network at least twice, in functions of yours."
        )


def _forget(error: BaseException) -> None:
    """LeftOut is nobody's cause."""
    before: BaseException | None = error
    while before is not None:
        if isinstance(before.__context__, LeftOut):
            before.__context__ = None
        before = before.__context__
