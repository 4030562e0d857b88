"""Runs scripts as they are, or with the tape: python watched_alike.py plain|tape FILE…

Prints JSON: what each printed, and with the tape how it ended.
"""

import ast
import contextlib
import io
import json
import os
import sys
import time
from pathlib import Path

import numpy as np

from glassnet.tutor.dataflow.recording.child import RecordedRun
from glassnet.tutor.process.source import read_source
from glassnet.tutor.process.standing_in.form import KnownSizes
from glassnet.tutor.process.standing_in.install import install


def plainly(path: Path) -> str:
    """What the script prints, run as it is in the same surroundings."""
    text = read_source(path).text
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), np.errstate(all="ignore"):
        data = install(1, path.parent, text)
        # written sizes of data that are stood in for become the tiny ones', as with the tape
        tree = KnownSizes(data.form, data.narrowed).visit(ast.parse(text))
        code = compile(ast.fix_missing_locations(tree), str(path), "exec")
        exec(code, {"__name__": "__main__", "__file__": str(path)})
    return printed.getvalue()


def taped(path: Path) -> tuple[str, dict]:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        run = RecordedRun(
            path, read_source(path), {"seed": 1, "folder": str(path.parent), "cut": False}
        )
        run.go("", 300.0)  # once: a recording that is full is no reason to begin anew
    return printed.getvalue(), run.told()


def main(way: str, paths: list[str]) -> None:
    shown: list[list[str]] = []
    time.time = time.perf_counter = lambda: 0.0  # how long it took is no result
    for path in map(Path, paths):
        os.chdir(path.parent)
        sys.path[:0] = [str(path.parent)]
        sys.argv = [str(path)]
        if way == "plain":
            shown.append([plainly(path), "done"])
        else:
            printed, told = taped(path)
            shown.append([printed, told["ended"]])
    print(json.dumps(shown))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
