"""The file beside a network's that imports it and trains it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from glassnet.tutor.process.protocol import Trouble
from glassnet.tutor.process.source import PythonSource, read_source

MOST_FILES = 60  # that are read
MOST = 3  # that are run
_LIKELY = re.compile(r"main|train|run|demo|xor|test|example|experiment", re.I)


def companions(path: Path) -> list[Path]:
    """The files in the same folder that import it, by themselves or through another."""
    module = path.stem
    beside = (f for f in sorted(path.parent.iterdir()) if f.suffix in (".py", ".ipynb"))
    imports: dict[Path, set[str]] = {}
    for file in [f for f in beside if f.name != path.name][:MOST_FILES]:
        source = _read(file)
        if source is not None:
            imports[file] = set(_imported(source))
    direct = [file for file, names in imports.items() if module in names]
    stems = {file.stem for file in direct}
    further = [f for f, names in imports.items() if f not in direct and names & stems]
    found = sorted(direct, key=lambda f: not _LIKELY.search(f.stem))
    return [*found, *further][:MOST]


def _read(file: Path) -> PythonSource | None:
    try:
        return read_source(file)
    except Trouble:
        return None


def _imported(source: PythonSource) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.rpartition(".")[2] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").rpartition(".")[2]
            yield from (alias.name for alias in node.names if not node.module)
