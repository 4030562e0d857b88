"""Data sets that are too large to ship: where they are published, and where they are kept here."""

import gzip
import hashlib
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from glassnet.core.errors import InputError, unknown
from glassnet.files.whole import write_whole

WAIT = 30  # seconds for an answer
Say = Callable[[str], object]


@dataclass(frozen=True)
class PublishedSet:
    """Files that are published at several addresses, packed by gzip, however well.

    digests: by name, the SHA-256 of what is in the file. source, licence: whose they are.
    """

    name: str
    addresses: tuple[str, ...]
    digests: dict[str, str]
    source: str
    licence: str


@dataclass(frozen=True)
class Fetched:
    """A set that is here now: its name, the folder that has it, whose it is."""

    kind, version = "fetched", 1

    name: str
    folder: str
    source: str
    licence: str


MNIST = PublishedSet(
    "mnist",
    (
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
    ),
    {
        "train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738"
        "ad16aec93bde7f9b65e87a2fc25776db",
        "train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5"
        "333a97f0f4c3dd2ef09a8a9eef7101c5",
        "t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77"
        "db3f2f8254e26661ceb7762c4d494ce7",
        "t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351"
        "222c34898ecbeaf847f06e48f7ec33f2",
    },
    "LeCun, Cortes and Burges, the MNIST database of handwritten digits, made of NIST's",
    "CC BY-SA 3.0",
)  # fmt: skip
SETS = {MNIST.name: MNIST}


def published(name: str) -> PublishedSet:
    """The set of that name. Raises: InputError where there is none."""
    if name not in SETS:
        raise unknown("data set to fetch", name, [*SETS])
    return SETS[name]


def kept_in(name: str) -> Path:
    """Where a set is kept: in $GLASSNET_DATA, or with what programs keep for this user."""
    folder = os.environ.get("GLASSNET_DATA")
    if folder:
        return Path(folder) / name
    from platformdirs import user_cache_path

    return user_cache_path("glassnet", appauthor=False) / name


def is_here(name: str) -> Path | None:
    """The folder with the set, if it was fetched."""
    try:
        folder = kept_in(name)
    except ModuleNotFoundError:  # nothing was fetched without it
        return None
    files = published(name).digests
    return folder if all((folder / f"{file}.gz").is_file() for file in files) else None


def fetch_set(
    name: str, to: Path | None = None, address: str | None = None, say: Say = print
) -> Path:
    """Brings a published set, and returns the folder that has it.

    Args:
        to: the folder; by default where `load_data` looks for the set by its name.
        address: where its files are, in place of the addresses that are known.
        say: told of each file.

    What is there already, and is what was published, stays. Each file comes whole or not at all.

    Raises: InputError where no address could be reached, or none had the files that were published.
    """
    of = published(name)
    try:
        import pooch  # noqa: F401
    except ModuleNotFoundError:
        raise InputError(
            "to fetch takes pooch: pip install 'glassnet[data]', or put the files "
            f"{', '.join(of.digests)}, each with .gz, into a folder and name that."
        ) from None
    folder = kept_in(name) if to is None else Path(to)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder} can be no folder: {error.strerror or error}: give another by --to."
        ) from None
    for file, digest in of.digests.items():
        path = folder / f"{file}.gz"
        if path.is_file() and _is_published(path.read_bytes(), digest):
            say(f"{path.name}: here already")
            continue
        content = _fetched(of, path.name, digest, (address,) if address else of.addresses)
        write_whole(path, content)
        say(f"{path.name}: {len(content) / 1e6:.1f} MB")
    return folder


def _fetched(of: PublishedSet, file: str, digest: str, addresses: tuple[str, ...]) -> bytes:
    """The file's content, from the first address that has it. Raises: InputError for none."""
    troubles = []
    for address in addresses:
        url = f"{address.rstrip('/')}/{file}"
        try:
            content = _got(url)
        except (OSError, ValueError) as error:  # a request's errors are OSErrors
            troubles.append(f"{url} could not be read ({_reason(error)})")
            continue
        if _is_published(content, digest):
            return content
        troubles.append(f"{url} is not the file that was published")
    raise InputError(
        f"{of.name} was not fetched: {'; '.join(troubles)}. Try again where there is a network, "
        "give another address by --from, or bring its files and name their folder."
    )


def _got(url: str) -> bytes:
    import logging

    import pooch

    pooch.get_logger().setLevel(logging.ERROR)  # what it would say is said here
    with tempfile.TemporaryDirectory() as aside:
        get: Any = pooch.HTTPDownloader(timeout=WAIT)
        path = pooch.retrieve(url, known_hash=None, fname="file", path=aside, downloader=get)
        return Path(path).read_bytes()


def _is_published(content: bytes, digest: str) -> bool:
    try:
        return hashlib.sha256(gzip.decompress(content)).hexdigest() == digest
    except (OSError, EOFError, ValueError):
        return False


def _reason(error: Exception) -> str:
    """What went wrong in a word or two: a status, or the error's kind."""
    status = getattr(getattr(error, "response", None), "status_code", None)
    return f"status {status}" if status else type(error).__name__
