"""Tables at an address, s3://… or https://…, brought by fsspec to a folder that is gone at the end.

Nothing is brought but what a person named as data: no model file and no recorded run leads here.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from glassnet.data.checks import DataError
from glassnet.data.table.reading.file import TableFile, open_file
from glassnet.data.table.reading.names import check_names, in_order, shown


@dataclass(frozen=True)
class Distant:
    """A file at an address."""

    address: str  # as it is shown
    system: Any = field(repr=False)  # of fsspec
    inside: str = field(repr=False)  # its path there

    @property
    def name(self) -> str:
        return re.split(r"[?#]", self.inside)[0].rstrip("/").rsplit("/", 1)[-1] or "table"

    @cached_property
    def path(self) -> Path:
        """Where the file is, once it has been brought."""
        folder = tempfile.mkdtemp(prefix="glassnet-")
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        path = Path(folder) / self.name
        with _said(self.address):
            self.system.get_file(self.inside, str(path))
        return path

    def opened(self, *how: Any) -> TableFile:
        """The table in it, as `open_file` has it; a sentence names the address."""
        path = self.path
        try:
            file = open_file(path, *how)
        except DataError as error:
            raise DataError(str(error).replace(str(path), self.address)) from None
        return replace(file, _brought=self)


def at_address(address: str) -> Distant | tuple[Distant, ...]:
    """The file there, or the files in the folder there, without those that are hidden.

    Raises: DataError where fsspec or a package of the protocol is not here, or nothing there.
    """
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise DataError(
            f"{shown(address)} is an address, which needs fsspec: install it with pip install "
            "'glassnet[remote]', or fetch the file and give its name."
        ) from None
    with _said(shown(address)):
        system, inside = url_to_fs(address)
        web = address.startswith(("http://", "https://"))  # where a page may list files, or not
        if not (address.endswith("/") if web else system.isdir(inside)):
            return Distant(shown(address), system, inside)
        found = system.ls(inside, detail=True)
    files = []
    for each in found:
        name = each["name"].rstrip("/").rsplit("/", 1)[-1]
        if not name.startswith((".", "_")):
            files.append((name, each["type"] == "directory", each["name"]))
    check_names(shown(address), [(name, is_folder) for name, is_folder, _ in files])
    base = shown(address).rstrip("/")
    return tuple(
        Distant(f"{base}/{name}", system, inside)
        for name, _, inside in sorted(files, key=lambda each: in_order(each[0]))
    )


@contextmanager
def _said(address: str) -> Iterator[None]:
    """Whatever goes wrong in bringing a file, as one sentence."""
    try:
        yield
    except DataError:
        raise
    except FileNotFoundError:
        raise DataError(f"there is nothing at {address}.") from None
    except ImportError as error:
        raise DataError(
            f"{address} needs a package that is not here: {' '.join(str(error).split())[:120]}."
        ) from None
    except Exception as error:
        told = " ".join(str(error).split())[:160] or type(error).__name__
        raise DataError(f"{address} cannot be read: {told}.") from None
