"""The learner's folder as a copy, so that nothing that a script writes or deletes is theirs."""

from __future__ import annotations

import os
import stat
from pathlib import Path

FILES = 2_000  # so many are copied at most


def copy_folder(script: Path, to: Path, most: int) -> bool:
    """Copies the script, and what lies beside it up to so many bytes; False where that is more.

    Then the script alone is there, and other files come when they are opened. Links to files
    become files; hidden folders, links to folders, pipes and devices are left out.
    """
    beside = _files_beside(script.parent, most)
    for source in beside or ():
        target = to / source.relative_to(script.parent)
        target.parent.mkdir(parents=True, exist_ok=True)
        copy_file(source, target, most)
    copy_file(script, to / script.name, most)
    return beside is not None


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


def _files_beside(folder: Path, most: int) -> list[Path] | None:
    """The files in a folder and below it; None where they are too many or too large."""
    found: list[Path] = []
    size = visited = 0
    waiting = [folder]
    while waiting:
        try:
            entries = list(os.scandir(waiting.pop()))
        except OSError:
            continue
        for entry in entries:
            visited += 1
            if visited > 2 * FILES:
                return None
            try:
                if entry.is_dir(follow_symlinks=False):
                    if not entry.name.startswith((".", "__pycache__")):
                        waiting.append(Path(entry.path))
                elif entry.is_file():
                    found.append(Path(entry.path))
                    size += entry.stat().st_size
            except OSError:
                continue
            if size > most or len(found) > FILES:
                return None
    return found
