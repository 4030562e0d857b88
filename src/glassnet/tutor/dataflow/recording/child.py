"""In the learner's process: a script is run with a tape, and what the tape noted is told."""

from __future__ import annotations

import ast
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from glassnet.tutor.dataflow.recording.instrument import TAPE, Site, TapeRewriter
from glassnet.tutor.dataflow.recording.memory import Enough
from glassnet.tutor.dataflow.recording.packing import packed
from glassnet.tutor.dataflow.recording.tape import Tape
from glassnet.tutor.process.source import line_in, read_source, source_line


def record(path: Path, request: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Runs the script and gives the graph of its computation, once.

    request: seed, "more" lines to run at the end, and "cut", whether loops that train end early.
    """
    from glassnet.tutor.process.stand_ins import install

    source = read_source(path)
    text = source.text
    if request.get("more"):
        text = text.rstrip("\n") + "\n" + str(request["more"])
    sites: list[Site] = []
    files, modules = {str(path)}, {"__main__"}
    tape = Tape(files, modules, bool(request.get("cut", True)))
    code = _compiled(text, str(path), sites, "")
    stood_in = install(int(request.get("seed", 0)), Path(request["folder"]))
    finder = _Finder(path.parent, tape, sites, files, modules)
    sys.meta_path.insert(0, finder)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), 4000))
    namespace: dict[str, Any] = {"__name__": "__main__", "__file__": str(path), TAPE: tape}
    ended, line = "done", 0
    try:
        with np.errstate(all="ignore"):
            exec(code, namespace)
    except Enough:
        ended = "enough"
    except SystemExit:
        pass
    except (Exception, KeyboardInterrupt) as error:
        if not tape.nodes or isinstance(error, MemoryError):
            raise
        line = line_in(error, path) or 0
        at = f" at {source.where(line)}, `{source_line(source, line)}`" if line else ""
        ended = f"{type(error).__name__}{at}: {' '.join(str(error).split())[:200]}"
    finally:
        sys.meta_path.remove(finder)
    yield {
        **packed(tape.nodes),
        "sites": [
            [s.line, s.column, s.last_line, s.last_column, s.text, s.function, s.file]
            for s in sites
        ],
        "stacks": np.array(tape.stacks, np.int64),
        "names": [list(pair) for pair in tape.names],
        "ended": ended,
        "line": line,
        "stood_in": stood_in,
    }


def _compiled(text: str, path: str, sites: list[Site], file: str) -> Any:
    tree = TapeRewriter(text, sites, file).visit(ast.parse(text, filename=path))
    return compile(ast.fix_missing_locations(tree), path, "exec")


class _Finder(importlib.abc.MetaPathFinder):
    """Modules that lie beside the script are recorded as it is."""

    def __init__(
        self, folder: Path, tape: Tape, sites: list[Site], files: set[str], modules: set[str]
    ) -> None:
        self._folder, self._tape, self._sites = folder, tape, sites
        self._files, self._modules = files, modules

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
        self._files.add(origin)
        self._modules.add(fullname)
        spec.loader = _Loader(fullname, origin, self._tape, self._sites)
        return spec


class _Loader(importlib.machinery.SourceFileLoader):
    def __init__(self, name: str, path: str, tape: Tape, sites: list[Site]) -> None:
        super().__init__(name, path)
        self._tape, self._sites = tape, sites

    def get_code(self, fullname: str) -> Any:
        file = Path(self.path)
        return _compiled(read_source(file).text, self.path, self._sites, file.name)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__[TAPE] = self._tape
        super().exec_module(module)
