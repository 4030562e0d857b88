"""What passes to a terminal: text, escapes for control characters, no traceback when it breaks."""

import io
import os
import re
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from glassnet.views.text.terminal import TerminalStream, Undelivered, as_data, own, printing

HOSTILE = "\x1b[2J\x1b]0;owned\x07\r\x9b31m\u202eevil"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Breaking(io.StringIO):
    def __init__(self, error: OSError) -> None:
        super().__init__()
        self.error = error

    def write(self, text: str) -> int:
        raise self.error


def test_control_characters_are_shown_as_escapes():
    stream = Terminal()
    print("a name:", HOSTILE, "\tand more", file=TerminalStream(stream, quiet=False))
    assert stream.getvalue() == (
        "a name: \\x1b[2J\\x1b]0;owned\\x07\\r\\x9b31m\\u202eevil \tand more\n"
    )


@given(st.text(st.characters(exclude_categories=("Cs",))))
def test_no_control_character_but_line_feed_and_tab_comes_through(text: str):
    stream = Terminal(newline="")
    TerminalStream(stream, quiet=False).write(text)
    kinds = {unicodedata.category(c) for c in stream.getvalue() if c not in "\n\t"}
    assert not kinds & {"Cc", "Zl", "Zp"}
    if not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", text) and text.isascii():
        assert stream.getvalue() == text


def test_in_json_they_are_json_s_escapes():
    stream = io.StringIO()
    TerminalStream(stream, quiet=False, json=True).write('{"a": "\x7f\u202e"}')
    assert stream.getvalue() == '{"a": "\\u007f\\u202e"}'


def test_sequences_of_our_own_come_through_and_rich_draws():
    stream = Terminal()
    shown = TerminalStream(stream, quiet=True)
    own(shown).write("\rdone\x1b[K")
    assert stream.getvalue() == "\rdone\x1b[K"
    Console(file=shown, force_terminal=True, color_system="standard").print("[red]bar[/red]")  # type: ignore[arg-type]
    assert "\x1b[31mbar" in stream.getvalue()


def test_rich_draws_its_bars_in_the_signs_that_the_encoding_has():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    assert Console(file=TerminalStream(stream, quiet=True)).encoding == "ascii"  # type: ignore[arg-type]


def test_data_are_cleaned_for_people_alone():
    for stream, cleaned in ((Terminal(), True), (io.StringIO(), False)):
        as_data(TerminalStream(stream, quiet=False)).write("1,\x1b\n")
        assert ("\\x1b" in stream.getvalue()) is cleaned


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), BrokenPipeError(32, "")])
def test_a_stream_that_breaks_says_so_or_drops_what_comes(error: OSError):
    with pytest.raises(Undelivered) as told:
        TerminalStream(Breaking(error), quiet=False).write("a")
    assert told.value.nobody_reads is isinstance(error, BrokenPipeError)
    TerminalStream(Breaking(error), quiet=True).write("a")


def test_a_stream_that_is_not_there_is_one_that_breaks():
    closed = TerminalStream(None, quiet=False)
    closed.flush()  # nothing was to be written
    assert not closed.isatty()
    assert closed.encoding
    with pytest.raises(OSError, match="Bad file"):
        closed.fileno()
    with pytest.raises(Undelivered, match="Bad file"):
        closed.write("a")
    TerminalStream(None, quiet=True).write("a")


def test_what_is_for_stderr_never_goes_to_stdout(monkeypatch):
    """Python's print takes a stderr that is None for stdout."""
    out = io.StringIO()
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", None)
    with printing(json=False):
        print("progress", file=sys.stderr)
        print("result")
    assert out.getvalue() == "result\n"
    assert sys.stderr is None


def test_the_streams_are_as_they_were_afterwards(tmp_path, monkeypatch):
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        with printing(json=False):
            print("δ − \x1b")
        assert sys.stdout is stream
        assert stream.errors == "strict"
    assert (tmp_path / "out").read_bytes() == b"delta - \\x1b" + os.linesep.encode()
