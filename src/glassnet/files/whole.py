"""Files that are whole or not there: written aside and renamed, so that a crash leaves the old
one or the new one; and opened without waiting for what is no file."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from glassnet.core.errors import InputError


def write_whole(
    path: str | os.PathLike[str], content: bytes | str | Iterable[bytes | memoryview]
) -> Path:
    """Writes content (text as UTF-8, or parts one after another) to path, whole or not at all.

    Raises: InputError where the folder is missing or cannot be written to.
    """
    path = Path(path)
    content = content.encode() if isinstance(content, str) else content
    parts = [content] if isinstance(content, bytes) else content
    aside = ""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder: give the name of a file to write.")
        handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        write_aside(aside, parts)
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(aside, 0o666 & ~umask)  # mkstemp's are for the owner alone
        os.replace(aside, path)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        if aside:
            with contextlib.suppress(OSError):
                os.unlink(aside)
    return path


def write_aside(path: str | os.PathLike[str], parts: Iterable[Any], sync: bool = True) -> None:
    """Writes parts, bytes or arrays of bytes, one after the other, to be renamed then.

    Args: sync, whether to return only when the disk has them: without it a power failure may
    leave a renamed file that is empty or half, though the end of the process does not.

    Raises: OSError, as where the disk is full; what was written so far is left there.
    """
    with open(path, "wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        if sync:
            os.fsync(file.fileno())


def check_folder(path: str | os.PathLike[str]) -> None:
    """Says before long work that its result could not be written: an InputError."""
    path = Path(path)
    folder = path.parent
    if path.is_dir():
        raise InputError(f"{path} is a folder: give the name of a file to write.")
    if not folder.is_dir():
        raise InputError(f"the folder {folder} does not exist: make it first, or write elsewhere.")
    if not os.access(folder, os.W_OK):
        raise InputError(f"the folder {folder} cannot be written to: choose another.")


def open_file(path: str | os.PathLike[str], what: str) -> tuple[BinaryIO, int]:
    """An ordinary file, open to be read, and its size in bytes; a pipe is not waited for.

    Args:
        what: what it is called in a sentence, "the model file".

    Raises: InputError where there is none, or it is a folder, a pipe or a device, or closed to us.
    """

    def without_waiting(name: str, flags: int) -> int:
        return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))

    try:
        file = open(path, "rb", opener=without_waiting)  # noqa: SIM115
        about = os.fstat(file.fileno())
        if stat.S_ISREG(about.st_mode):
            return file, about.st_size
        file.close()
        problem = "is a pipe or a device"
    except FileNotFoundError:
        problem = "does not exist"
    except IsADirectoryError:
        problem = "is a folder"
    except (OSError, ValueError) as error:
        problem = f"cannot be read ({getattr(error, 'strerror', None) or error})"
    raise InputError(f"{what} {path} {problem}: give a file that `train --out` wrote.")
