"""Files that are whole or not there: written aside, and renamed when they are complete."""

import os
from collections.abc import Iterable
from typing import Any


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
