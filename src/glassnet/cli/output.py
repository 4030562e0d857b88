"""How results leave: as JSON, or as text."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Refusal:
    """Why a command came to no result, in a sentence."""

    kind, version = "error", 1

    error: str


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    text = json_text(document)
    delivered.append(True)
    print(text, end="")


def json_text(document: Any) -> str:
    """A record, or a list of records, as a JSON document: see `files.plain`."""
    from glassnet.files.plain import to_json

    return to_json(document)


def deliver(text: str, out: Path | None) -> None:
    """A result to the file that was asked for, or to stdout."""
    if out is None:
        delivered.append(True)
        print(text, end="", flush=True)
    else:
        from glassnet.files.whole import write_whole

        write_whole(out, text)


def say(text: str = "") -> None:
    """A line about the progress of things, on stderr."""
    print(text, file=sys.stderr)


delivered: list[bool] = []  # of each result that has begun to leave on stdout
kept: list[str] = []  # the files that the command has written, until it says so


def keep(name: str, path: Path | None) -> None:
    """Remembers a file that is written, lest a command that ends too soon leave it unsaid."""
    if path is not None and (line := f"{name}: {path}") not in kept:
        kept.append(line)


def say_kept() -> None:
    """Says on stderr what was written by a command that cannot say it itself."""
    while kept:
        say(kept.pop(0))
