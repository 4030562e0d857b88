"""Files that are whole or not there: what a crash leaves is the old content or the new."""

import os
from collections.abc import Iterable
from typing import Any


def write_synced(path: str | os.PathLike[str], parts: Iterable[Any]) -> None:
    """Writes parts, bytes or arrays in memory's order, one after the other; returns when the
    disk has them.

    Raises: OSError, as where the disk is full; what was written so far is left there.
    """
    with open(path, "wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
