"""Runs commands with broken streams: python broken_streams.py FOLDER CASES; prints what came of it.

CASES is a JSON list of [how, arguments]. Each runs in a fork of this process, which has loaded
NumPy once, and ends as an interpreter ends, with its last flush of the streams.
"""

import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path

HOWS = {
    "stdout full": {1: "/dev/full"},
    "stdout closed": {1: None},
    "stdout unread": {1: "|"},
    "stderr full": {2: "/dev/full"},
    "stderr closed": {2: None},
    "both full": {1: "/dev/full", 2: "/dev/full"},
    "both closed": {1: None, 2: None},
}


def run(how: str, arguments: list[str], folder: Path) -> tuple[int, str, str]:
    """The status, and what stdout and stderr took where they are whole."""
    files = {1: folder / ".out", 2: folder / ".err"}
    for file in files.values():
        file.write_bytes(b"")
    child = os.fork()
    if child:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return status, files[1].read_text("utf-8"), files[2].read_text("utf-8")
    for handle, name in (files | HOWS[how]).items():
        if name is None:
            os.close(handle)
        elif name == "|":
            reader, writer = os.pipe()
            os.dup2(writer, handle)
            os.close(reader)
            os.close(writer)
        else:
            os.dup2(os.open(name, os.O_WRONLY), handle)
    os.closerange(3, 64)
    for handle, name in ((1, "stdout"), (2, "stderr")):  # as an interpreter begins
        closed = HOWS[how].get(handle, "") is None
        setattr(sys, name, None if closed else os.fdopen(handle, "w", encoding="utf-8"))
        setattr(sys, f"__{name}__", getattr(sys, name))
    os.chdir(folder)
    from glassnet.cli import main

    main(arguments)
    raise AssertionError("main exits")


if __name__ == "__main__":
    import glassnet

    for module in pkgutil.walk_packages(glassnet.__path__, "glassnet."):  # before the forks
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    told = []
    for how, arguments in json.loads(sys.argv[2]):
        told.append(run(how, arguments, Path(sys.argv[1])))
    print(json.dumps(told))
