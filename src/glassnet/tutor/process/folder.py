"""The learner's folder as a copy, so that nothing that a script writes or deletes is theirs."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

FILES = 2_000  # so many are copied at most
LINKS = 10_000  # so many names are laid out where files are not copied


def copy_folder(script: Path, to: Path, most: int) -> bool:
    """Copies the script, and what lies beside it up to so many bytes; False where that is more.

    Then the script alone is there, and other files come when they are opened. Links to files
    become files; hidden folders, links to folders, pipes and devices are left out.
    """
    beside = _few_beside(script.parent, most)
    for entry in beside or ():
        target = to / Path(entry.path).relative_to(script.parent)
        if entry.is_dir(follow_symlinks=False):
            target.mkdir(parents=True, exist_ok=True)
        else:
            copy_file(Path(entry.path), target, most)
    copy_file(script, to / script.name, most)
    return beside is not None


def link_folder(script: Path, to: Path) -> None:
    """Folders, and a link to each file that is not there, for what lies beside the script.

    Only where files elsewhere cannot be written: who writes through a link is refused then.
    """
    for entry in islice(_beside(script.parent), LINKS):
        target = to / Path(entry.path).relative_to(script.parent)
        with contextlib.suppress(OSError):
            if entry.is_dir(follow_symlinks=False):
                target.mkdir(exist_ok=True)
            else:
                target.symlink_to(entry.path)


def copy_file(source: Path, target: Path, most: int) -> None:
    """Copies an ordinary file, so long as it was when it was opened; other kinds are left out."""
    try:
        handle = os.open(source, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return
    with open(handle, "rb") as file:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode) or about.st_size > most:
            return
        left = about.st_size
        with open(target, "wb") as copy:
            while left > 0 and (part := file.read(min(left, 1 << 20))):
                copy.write(part)
                left -= len(part)
    target.chmod(stat.S_IMODE(about.st_mode) & 0o777 | 0o600)


def _few_beside(folder: Path, most: int) -> list[os.DirEntry[str]] | None:
    """What lies in a folder and below it; None where that is too much or too large."""
    found: list[os.DirEntry[str]] = []
    files = size = 0
    for entry in _beside(folder):
        found.append(entry)
        if not entry.is_dir(follow_symlinks=False):
            files += 1
            with contextlib.suppress(OSError):
                size += entry.stat().st_size
        if size > most or files > FILES or len(found) > 2 * FILES:
            return None
    return found


def _beside(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The folders and files in a folder and below it, each folder before what is in it."""
    waiting = [folder]
    while waiting:
        try:
            entries = sorted(os.scandir(waiting.pop()), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith((".", "__pycache__")):
                        waiting.append(Path(entry.path))
                        yield entry
                elif entry.is_file():
                    yield entry
