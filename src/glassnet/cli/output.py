"""How results leave: as JSON, or as text."""

import json
import math
import sys
from pathlib import Path
from typing import Any


def print_json(document: Any) -> None:
    """One JSON document on stdout."""
    text = json_text(document)
    delivered.append(True)
    print(text, end="")


def json_text(document: Any) -> str:
    """A JSON document; what JSON has no number for, NaN and infinity, as null."""
    return json.dumps(_plain(document), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def deliver(text: str, out: Path | None) -> None:
    """A result to the file that was asked for, or to stdout."""
    if out is None:
        delivered.append(True)
        print(text, end="")
    else:
        from glassnet.files.whole import write_whole

        write_whole(out, text)


WRITTEN = {
    "text": ("plain text", [".txt"]),
    "json": ("JSON", [".json"]),
    "markdown": ("Markdown", [".md"]),
    "latex": ("LaTeX", [".tex"]),
    "html": ("a page", [".html", ".htm"]),
    "notebook": ("a notebook", [".ipynb"]),
    "toml": ("TOML", [".toml"]),
}


def check_out(out: Path | None, format: str, **needed: str | Path | None) -> None:
    """Says before the work that a result can't be written there, or would bear a wrong name.

    Args: needed, files that must not be written over, as `check_apart`.
    """
    if out is not None:
        from glassnet.files.endings import check_ending
        from glassnet.files.whole import check_apart, check_writable

        check_ending(out, *WRITTEN[format])
        check_writable(out)
        check_apart(out, **needed)


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


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "item") and getattr(value, "ndim", 0) == 0:
        value = value.item()
    elif hasattr(value, "tolist"):
        return _plain(value.tolist())
    return None if isinstance(value, float) and not math.isfinite(value) else value
