"""Files are written aside and renamed, so that a crash leaves the old one or the new one."""

import contextlib
import os
import tempfile
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.data.files import write_aside


def write_whole(path: str | os.PathLike[str], content: bytes | str) -> Path:
    """Writes content (text as UTF-8) to path, whole or not at all.

    Raises: InputError where the folder is missing or cannot be written to.
    """
    path = Path(path)
    content = content.encode() if isinstance(content, str) else content
    aside = ""
    try:
        if path.is_dir():
            raise InputError(f"{path} is a folder: give the name of a file to write.")
        handle, aside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        os.close(handle)
        write_aside(aside, [content])
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
