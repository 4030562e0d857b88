"""The one place that what is printed passes through: no control character of a file's reaches a
terminal, what an encoding lacks is spelt, and a stream that takes no more ends in no traceback."""

import codecs
import contextlib
import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from typing import Any, Self, TextIO

from glassnet.views.text.spelling import escape, json_escape, spelt

# All of C0 and C1 but the line feed and the tab, what turns the direction of writing, ends a line
# or is not seen at all.
CONTROL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e007f]"
)


class Undelivered(Exception):
    """What was to be printed was not: the stream is full, closed, or nobody reads it any more."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error.strerror or str(error))
        self.nobody_reads = isinstance(error, BrokenPipeError)


class TerminalStream:
    """A text stream that shows control characters as escapes: `\\x1b` for one that would colour.

    Args:
        stream: what it writes to; None where the system gave none.
        quiet: what cannot be written is dropped; else it raises Undelivered.
        json: what is escaped is escaped as in JSON.
        verbatim: control characters are let through.
    """

    def __init__(
        self, stream: TextIO | None, *, quiet: bool, json: bool = False, verbatim: bool = False
    ) -> None:
        self._stream = stream
        self._quiet, self._json, self._verbatim = quiet, json, verbatim

    @property
    def verbatim(self) -> Self:
        """The same stream for what may hold control characters: sequences of our own, data."""
        return type(self)(self._stream, quiet=self._quiet, json=self._json, verbatim=True)

    @property
    def rich_proxied_file(self) -> Self:
        """Where rich writes, whose sequences are our own; it asks by this name."""
        return self.verbatim

    def write(self, text: str) -> int:
        if not self._verbatim:
            as_text = json_escape if self._json else escape
            text = CONTROL.sub(lambda match: as_text(match[0]), text)
        self._try(lambda stream: stream.write(text))
        return len(text)

    def flush(self) -> None:
        if self._stream is not None:
            self._try(lambda stream: stream.flush())

    def isatty(self) -> bool:
        return self._stream is not None and self._stream.isatty()

    def fileno(self) -> int:
        if self._stream is None:
            raise OSError(errno.EBADF, os.strerror(errno.EBADF))
        return self._stream.fileno()

    @property
    def encoding(self) -> str:
        return getattr(self._stream, "encoding", None) or "utf-8"

    def _try(self, do: Callable[[TextIO], Any]) -> None:
        try:
            if self._stream is None:
                raise OSError(errno.EBADF, os.strerror(errno.EBADF))
            do(self._stream)
        except OSError as error:
            if not self._quiet:
                raise Undelivered(error) from None


@contextmanager
def printing(json: bool) -> Iterator[None]:
    """While inside, stdout and stderr are Printed; stderr, being quiet, ends nothing.

    json: stdout takes a JSON document.
    """
    _open_standard_streams()
    before = sys.stdout, sys.stderr
    with _lenient(sys.stdout, JSON if json else TEXT), _lenient(sys.stderr, TEXT):
        sys.stdout = TerminalStream(sys.stdout, quiet=False, json=json)  # type: ignore[assignment]
        sys.stderr = TerminalStream(sys.stderr, quiet=True)  # type: ignore[assignment]
        try:
            yield
        finally:
            sys.stdout, sys.stderr = before


def own(stream: Any) -> Any:
    """The stream for control sequences of our own."""
    return stream.verbatim if isinstance(stream, TerminalStream) else stream


def as_data(stream: Any) -> Any:
    """The stream for data, to the letter where a file or a program takes it; cleaned for people."""
    return stream if stream.isatty() else own(stream)


TEXT, JSON = "glassnet.text", "glassnet.json"


def _spell(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return spelt(error.object, error.start, error.end), error.end


def _escape_json(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(json_escape, error.object[error.start : error.end])), error.end


codecs.register_error(TEXT, _spell)
codecs.register_error(JSON, _escape_json)


@contextmanager
def _lenient(stream: TextIO | None, errors: str) -> Iterator[None]:
    """While inside, what the encoding lacks is spelt; at the end what could not be written is
    dropped, for Python tries it once more at its own end and complains."""
    if not isinstance(stream, TextIOWrapper):
        yield
        return
    kept = stream.errors
    with contextlib.suppress(OSError):
        stream.reconfigure(errors=errors)
    try:
        yield
    finally:
        try:
            stream.reconfigure(errors=kept)  # flushes
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)


def _open_standard_streams() -> None:
    """Opens /dev/null for those of the first three descriptors that are closed, lest a file that
    is opened next be taken for one of them."""
    with contextlib.suppress(OSError):
        while (handle := os.open(os.devnull, os.O_RDWR)) <= 2:
            pass
        os.close(handle)
