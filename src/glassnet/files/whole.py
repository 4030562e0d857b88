"""Files that are whole or not there, and never more than was asked for.

A regular file is written aside and renamed, so that a crash leaves the old one or the new one; what
is none, a device, a pipe or a link, is written through. What is read whole is a regular file of
bounded size: a pipe is not waited for, and /dev/zero has an end.
"""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from glassnet.core.errors import InputError

TEXT = 10 * 2**20  # bytes of a text that a person wrote, at most


def write_whole(
    path: str | os.PathLike[str], content: bytes | str | Iterable[bytes | memoryview]
) -> Path:
    """Writes content (text as UTF-8, or parts one after another) to path, whole or not at all.

    A link is followed, and the mode of a file that is there is kept. A device or a pipe is written
    to as it is, which then may have got a part.

    Raises: InputError where the folder is missing or cannot be written to.
    """
    path = Path(path)
    content = content.encode() if isinstance(content, str) else content
    parts = [content] if isinstance(content, bytes) else content
    try:
        check_writable(path)
        about = _about(path)
        if about is not None and (not stat.S_ISREG(about.st_mode) or _is_handle(path)):
            with open(path, "wb") as file:
                file.writelines(parts)
        else:
            _write_and_rename(Path(os.path.realpath(path)), parts, about)
    except OSError as error:
        raise InputError(f"{named(path)} cannot be written: {error.strerror or error}.") from None
    return path


def _write_and_rename(path: Path, parts: Iterable[Any], old: os.stat_result | None) -> None:
    """A regular file: aside first, with the mode of the old one, then in its place."""
    aside = ""
    try:
        handle, aside = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
        os.close(handle)
        write_aside(aside, parts)
        umask = os.umask(0)
        os.umask(umask)
        # mkstemp's are for the owner alone
        os.chmod(aside, 0o666 & ~umask if old is None else stat.S_IMODE(old.st_mode))
        os.replace(aside, path)
    finally:
        if aside:
            with contextlib.suppress(OSError):
                os.unlink(aside)


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


def check_writable(path: str | os.PathLike[str]) -> None:
    """Says before long work that its result could not be written: an InputError."""
    path = Path(path)
    about = _about(path)
    if about is not None and stat.S_ISDIR(about.st_mode):
        raise InputError(f"{path} is a folder: give the name of a file to write.")
    if about is not None and not os.access(path, os.W_OK):
        raise InputError(f"{path} is there and cannot be written to: write elsewhere.")
    if about is not None and (not stat.S_ISREG(about.st_mode) or _is_handle(path)):
        return
    folder = Path(os.path.realpath(path)).parent
    if not os.path.isdir(folder):
        raise InputError(f"the folder {folder} does not exist: make it first, or write elsewhere.")
    if not os.access(folder, os.W_OK):
        raise InputError(f"the folder {folder} cannot be written to: choose another.")


def check_apart(path: str | os.PathLike[str], **needed: str | os.PathLike[str] | None) -> None:
    """Says before the work that writing there would end a file that is needed: an InputError.

    By whatever name it goes: a link, or another spelling. Args: needed, files by what they are.

    >>> check_apart("sums.csv", the_table="./sums.csv")
    Traceback (most recent call last):
    glassnet.core.errors.InputError: sums.csv is the table: writing there would end it; give ...
    """
    about = _about(Path(path))
    if about is not None and not stat.S_ISREG(about.st_mode):
        return  # a device or a pipe holds nothing
    for what, other in needed.items():
        if other is None:
            continue
        same = os.path.realpath(path) == os.path.realpath(other)
        if not same and about is not None and os.path.exists(other):
            same = os.path.samefile(path, other)
        if same:
            raise InputError(
                f"{named(path)} is {what.replace('_', ' ')}: writing there would end it; give "
                "another name."
            )


def is_kept(path: str | os.PathLike[str]) -> bool:
    """Whether what is written there stays and can be written anew; through a pipe it goes once."""
    path = Path(path)
    about = _about(path)
    return (about is None or stat.S_ISREG(about.st_mode)) and not _is_handle(path)


def readable(name: str) -> str:
    """A file's name as text that every file and page can hold: odd bytes of it as escapes."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def open_file(
    path: str | os.PathLike[str], what: str, instead: str = "give a file that is one"
) -> tuple[BinaryIO, int]:
    """An ordinary file, open to be read, and its size in bytes; a pipe is not waited for.

    Args:
        what: what it is called in a sentence, "the model file".
        instead: what to do where it is none, the end of that sentence.

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
    raise InputError(f"{what} {named(path)} {problem}: {instead}.")


def read_bytes(
    path: str | os.PathLike[str],
    what: str,
    at_most: int = TEXT,
    instead: str = "give a file that is one",
) -> bytes:
    """All of an ordinary file, which is not larger than at_most bytes, also while it grows.

    Args: what and instead, as `open_file`.

    Raises: InputError as `open_file`, and for a larger file.
    """
    file, size = open_file(path, what, instead)
    try:
        with file:
            # a read takes room for all that it may bring: so much as there is, and what came since
            content = file.read(min(size, at_most) + 1)
            if len(content) > size:
                content += file.read(max(at_most + 1 - len(content), 0))
    except OSError as error:
        raise InputError(
            f"{what} {named(path)} cannot be read ({error.strerror or error}): {instead}."
        ) from None
    if len(content) > at_most:
        size = f"{at_most // 2**20} MiB" if at_most >= 2**20 else f"{at_most:,} bytes"
        raise InputError(f"{what} {named(path)} is larger than {size}: {instead}.")
    return content


def read_text(
    path: str | os.PathLike[str],
    what: str,
    at_most: int = TEXT,
    instead: str = "give a file that is one",
) -> str:
    """All of an ordinary text file in UTF-8, without its byte-order mark.

    Args and Raises as `read_bytes`; InputError too where it is no UTF-8.
    """
    content = read_bytes(path, what, at_most, instead)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            f"{what} {named(path)} is no text file in UTF-8 (line {line}): {instead}."
        ) from None


def _about(path: Path) -> os.stat_result | None:
    """What is there, at the end of its links; None where nothing is, which a link may lead to."""
    try:
        return os.stat(path)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{named(path)} cannot be written: {reason}.") from None


def _is_handle(path: Path) -> bool:
    """Whether this stands for a file that is open already, as /dev/stdout does."""
    return os.path.abspath(path).startswith(("/dev/fd/", "/dev/std", "/proc/"))


def named(path: str | os.PathLike[str]) -> str:
    """A path for a sentence; of a very long one the beginning and the end."""
    name = os.fspath(path)
    return name if len(name) <= 200 else f"{name[:80]} … {name[-40:]}"
