"""In the learner's process: a script is run with a tape, and what the tape noted is told."""

from __future__ import annotations

import ast
import contextlib
import importlib.abc
import importlib.machinery
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from glassnet.tutor.dataflow.recording.instrument import TAPE, Instead, Site, TapeRewriter
from glassnet.tutor.dataflow.recording.memory import Enough, TimeOver
from glassnet.tutor.dataflow.recording.packing import packed, since
from glassnet.tutor.dataflow.recording.tiny_tape import TinyTape
from glassnet.tutor.process.clock import Deadline
from glassnet.tutor.process.protocol import Trouble, as_sentences
from glassnet.tutor.process.source import (
    PythonSource,
    line_in,
    only_definitions,
    read_source,
    source_line,
)
from glassnet.tutor.process.standing_in.form import Form, KnownSizes, after
from glassnet.tutor.process.standing_in.install import install
from glassnet.tutor.process.standing_in.silent import CALLED_BACK, ROUNDS, may_train_yet
from glassnet.tutor.process.standing_in.tiny import lacked

_PYTHON_2 = "it is written for Python 2 and was run as Python 3."
_OLDER = "it does what an older NumPy took, and was run as there."
_CALLING_BACK = (
    f"for number in range({ROUNDS}):\n"
    "    __import__('glassnet.tutor.process.standing_in.silent', fromlist=['']).call_back(number)\n"
)
FORMS = 6  # so many forms of tiny data are tried
MANY = 400_000  # numbers in all, from which on narrower layers are tried
SHARE = 0.35  # of the time that is left, for what one file computes


def record(path: Path, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Runs the script and gives the graph of its computation, once.

    request: seed, "more" lines to run at the end, "cut", whether loops that train end early,
    "seconds", how long the whole may take, "instead", a text and the one for its place, "form",
    that of the tiny data with which another run came furthest, and "bare", whether only what the
    file defines is run.
    """
    yield recorded_run(path, read_source(path), request).told()


def recorded_run(path: Path, source: PythonSource, request: Mapping[str, Any]) -> RecordedRun:
    """The run that came furthest; where tiny data stood in its way, they get another form."""
    known, best = request.get("form"), None
    form = Form(**{**known, "arguments": tuple(known["arguments"])}) if known else None
    ends = Deadline(SHARE * float(request.get("seconds", 30.0)))
    for _ in range(FORMS):
        run = RecordedRun(path, source, request, form)
        run.go(str(request.get("more") or ""), ends.left)
        if best is None or run.far > best.far:
            best = run
        form = _next_form(run)
        if form is None or ends.left < 0:
            break
    assert best is not None
    return best


def _next_form(run: RecordedRun) -> Form | None:
    """How the tiny data may look so that more is seen, or as much sooner."""
    form = run.data.form
    if run.tape.numbers > MANY and not form.narrow:
        return replace(form, narrow=True)
    if run.trained:
        return None
    if run.ended == "enough" and not form.short:
        return replace(form, short=True)
    return after(run.error, form, bool(run.data.said))


class RecordedRun:
    """One run of a script, notebook cells one by one, and of lines that are added to it."""

    def __init__(
        self, path: Path, source: PythonSource, request: Mapping[str, Any], form: Form | None = None
    ) -> None:
        self.path, self._source = path, source
        self.data = install(int(request.get("seed", 0)), Path(request["folder"]), source.text, form)
        self.sites: list[Site] = []
        self._files, self._modules = {str(path)}, {"__main__"}
        cut = bool(request.get("cut", True))
        self.tape = TinyTape(self._files, self._modules, cut, self.data, source)
        self._instead = request.get("instead")
        self.error: BaseException | None = None
        self.ended = "done"
        self.late = False  # its time was over before a training had gone its rounds
        self._begin = 0  # the node from which on it is told
        self._finder = _Finder(path.parent, self)
        main = ModuleType("__main__")
        package = package_of(path)
        main.__dict__.update({"__file__": str(path), TAPE: self.tape})
        if source.python_2:
            main.__dict__["range"] = lambda *ends: list(range(*ends))
        if package:
            main.__dict__["__package__"] = package
        self.namespace = main.__dict__
        self._main = main
        self.bare = bool(request.get("bare"))
        self.text = only_definitions(source) if self.bare else source.text

    @property
    def trained(self) -> bool:
        return self.tape.trained

    @property
    def far(self) -> tuple[bool, bool, bool, int]:
        """How far it came: whether it trained, to its end, and narrow; how much it computed."""
        narrow = self.trained and self.data.form.narrow
        return self.trained, self.ended == "done", narrow, len(self.tape.nodes)

    def go(self, more: str, seconds: float) -> None:
        """Runs the file, and then more lines."""
        forget_modules(self.path.parent)
        for code in self._parts(self.text):
            self.do(code, seconds)
            raised = self._source.cells and self.error and self.ended != "enough"
            if self.ended != "done" and not raised:
                break
        lines = self.text.count("\n")
        if not more and not self.trained and not self.late and may_train_yet():
            before = self.error, self.ended
            self.do(self.compiled("\n" * lines + _CALLING_BACK, str(self.path), ""), seconds)
            if self.trained:
                self.error, self.ended = before
                self.data.called_back = [f.__name__ for f in CALLED_BACK if hasattr(f, "__name__")]
        if more and self.ended != "enough":
            self.ended = "done" if isinstance(self.error, SystemExit) else self.ended
            self.of_the_lines_alone()
            self.do(self.compiled("\n" * lines + more, str(self.path), ""), seconds)

    def of_the_lines_alone(self) -> None:
        """What the file trained by itself till now is not what is asked about."""
        if self.trained:
            self._begin = len(self.tape.nodes)
            self.tape.trained = self.tape.went_all_rounds = False

    def _parts(self, text: str) -> Iterator[Any]:
        """The file as a whole, or cell by cell; a later cell runs where an earlier one raised."""
        if not self._source.cells:
            yield self.compiled(text, str(self.path), "")
            return
        lines, cells = text.splitlines(), self._source.cells
        for cell in dict.fromkeys(number for number, _ in cells):
            own = [line if cells[i][0] == cell else "" for i, line in enumerate(lines)]
            yield self.compiled("\n".join(own), str(self.path), "")

    def do(self, code: Any, seconds: float) -> None:
        """Runs what was compiled, for so long."""
        sys.meta_path.insert(0, self._finder)
        sys.setrecursionlimit(max(sys.getrecursionlimit(), 4000))
        shown, sys.modules["__main__"] = sys.modules["__main__"], self._main
        try:
            with np.errstate(all="ignore"), _enough_after(seconds):
                exec(code, self.namespace)
        except Enough as enough:
            self.ended = "enough"
            self.late = isinstance(enough, TimeOver) and not self.tape.went_all_rounds
        except SystemExit as error:
            self.error = self.error or error
            self.ended = "exit"
        except (Exception, KeyboardInterrupt) as error:
            self.error = self.error or error
            self.ended = type(error).__name__
        finally:
            sys.meta_path.remove(self._finder)
            sys.modules["__main__"] = shown

    def compiled(self, text: str, path: str, file: str) -> Any:
        tree = ast.parse(text, filename=path)
        if self._instead:
            Instead(*self._instead).visit(tree)
        if self.data.form.rewrites:
            tree = KnownSizes(self.data.form, self.data.narrowed).visit(tree)
        tree = TapeRewriter(text, self.sites, file).visit(tree)
        return compile(ast.fix_missing_locations(tree), path, "exec")

    def told(self) -> dict[str, Any]:
        """The reply. Raises: what the script raised, where it computed nothing before."""
        ended, line, error = self.ended, 0, self.error
        if error is not None and not isinstance(error, SystemExit):
            nothing = not self.tape.nodes or isinstance(error, MemoryError)
            lack = lacked(error)
            if nothing and not lack:
                error.stood_in = self.data.sentences()  # type: ignore[attr-defined]  # told with it
                raise error
            source = self._source
            line = line_in(error, self.path) or 0
            at = f" at {source.where(line)}, `{source_line(source, line)}`" if line else ""
            ended = f"{type(error).__name__}{at}: {' '.join(str(error).split())[:200]}"
            if lack:
                ended = f"{lack},{at}. That is no mistake of the program."
            if nothing:
                said = f"{self.path.name} stopped: {ended}"
                raise Trouble(
                    " ".join([said, *as_sentences(self.data.sentences())]), "raised", line
                )
        nodes, new = since(self.tape.nodes, self._begin)
        return {
            **packed(nodes),
            "sites": [
                [s.line, s.column, s.last_line, s.last_column, s.text, s.function, s.file]
                for s in self.sites
            ],
            "stacks": np.array(self.tape.stacks, np.int64),
            "names": [[new[n], name] for n, name in self.tape.names if n in new],
            "ended": "done" if ended == "exit" else ended,
            "line": line,
            "broken": self._broken(new),
            "form": asdict(self.data.form),
            "bare": self.bare,
            "late": self.late,
            "stood_in": [
                *[_PYTHON_2] * self._source.python_2,
                *[_OLDER] * self.tape.older,
                *self.data.sentences(),
            ],
            "idle": self._never_round(),
        }

    def _never_round(self) -> str:
        """Of the first loop that went round no times, a sentence; "" where all did."""
        never = (self.sites[site] for site, rounds in self.tape.went.items() if not rounds)
        line = next((site.line for site in never if not site.file), 0)
        text = source_line(self._source, line) if line else ""
        where = self._source.where(line) if line else ""
        return f"The loop in {where}, `{text}`, went round no times." if line else ""

    def _broken(self, new: Mapping[int, int]) -> list[int]:
        """The expression at which it ended, and the arrays that it was given."""
        found = self.tape.broken
        if found is None or found[0] is not self.error or not new.keys() >= set(found[2]):
            return []
        return [found[1], *(new[each] for each in found[2])]

    # what the finder asks

    def own_module(self, name: str, file: str) -> None:
        self._files.add(file)
        self._modules.add(name)


@contextlib.contextmanager
def _enough_after(seconds: float) -> Iterator[None]:
    """Ends what runs after so long, where the system can; what it computed is kept."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    ends = Deadline(seconds)

    def end(*_: Any) -> None:
        if (left := ends.left) > 0.01:  # it was kept waiting
            signal.setitimer(signal.ITIMER_REAL, left, 0.5)
            return
        raise TimeOver

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, max(seconds, 0.05), 0.5)  # again, where it was caught
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def package_of(path: Path) -> str:
    """The dotted name of the package that a file is part of; "" where it is none."""
    names: list[str] = []
    folder = path.parent
    while (folder / "__init__.py").exists():
        names.append(folder.name)
        folder = folder.parent
    return ".".join(reversed(names))


def forget_modules(folder: Path) -> None:
    """The learner's own modules are imported anew by the next run."""
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and Path(file).is_relative_to(folder) and name != "__main__":
            del sys.modules[name]


class _Finder(importlib.abc.MetaPathFinder):
    """Modules that lie beside the script are recorded as it is."""

    def __init__(self, folder: Path, run: RecordedRun) -> None:
        self._folder, self._run = folder, run

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> Any:
        places = list(path) if path else [str(self._folder)]
        spec = importlib.machinery.PathFinder.find_spec(fullname, places, target)
        origin = spec.origin if spec else None
        if spec is None or not origin or not origin.endswith(".py"):
            return None
        if not Path(origin).is_relative_to(self._folder):
            return None
        self._run.own_module(fullname, origin)
        spec.loader = _Loader(fullname, origin, self._run)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, run: RecordedRun) -> None:
        super().__init__(name, path)
        self._run = run

    def get_code(self, fullname: str) -> Any:
        file = Path(self.path)
        return self._run.compiled(read_source(file).text, self.path, file.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__[TAPE] = self._run.tape
        super().exec_module(module)
