"""Who runs a script is asked, and gives sensible answers: at the keyboard, on the command line."""

from __future__ import annotations

import argparse
import builtins
import re
import sys
from collections.abc import Iterable
from typing import Any

from glassnet.tutor.process.standing_in.originals import original

_ANSWERS = (
    (r"y\s*/\s*n|yes|\(y\)|s\s*/\s*n", "y"),
    (r"rate|alpha|eta\b|\blr\b|aprend|momentum|step", "0.1"),
    (r"epoch|iter|times|rounds|how (many|long)|number|n.mero|size|neuron|hidden|layer", "3"),
    (r"file|path|name|csv|archivo", "data.csv"),
    (r"space|separated|list|vector", "0.5 0.2 0.9"),
)
MOST = 60  # so many questions are answered


def answer_questions() -> None:
    """From now on `input` answers by what is asked, and in turn."""
    given = 0
    turns = ("1", "2", "3", "0")

    def answer(prompt: object = "") -> str:
        nonlocal given
        given += 1
        if given > MOST:
            raise EOFError("no more questions are answered")
        for pattern, said in _ANSWERS:
            if re.search(pattern, str(prompt), re.I):
                return said
        return turns[(given - 1) % len(turns)]

    builtins.input = answer
    builtins.raw_input = answer  # type: ignore[attr-defined]


def give_arguments(script: str, words: Iterable[str]) -> None:
    """Words on the command line; an argument that argparse misses gets one too."""
    sys.argv = _Words([script, *words])
    real = original(argparse.ArgumentParser, "parse_known_args")

    def parse(self: argparse.ArgumentParser, args: Any = None, namespace: Any = None) -> Any:
        words = list(args) if args is not None else list(_missing(self._actions))
        try:
            return real(self, words, namespace)
        except SystemExit:
            return real(self, list(_missing(self._actions)), namespace)

    argparse.ArgumentParser.parse_known_args = parse  # type: ignore[method-assign]


class _Words(list[str]):
    """The command line, on which there is always one more word."""

    def __getitem__(self, place: Any) -> Any:
        if isinstance(place, int) and place >= len(self):
            return "3"
        return super().__getitem__(place)


def _missing(actions: Iterable[Any]) -> Iterable[str]:
    """Words for what must be given."""
    for action in actions:
        positional = not action.option_strings and action.nargs not in ("?", "*")
        if not (positional or action.required):
            continue
        if action.option_strings:
            yield action.option_strings[-1]
        yield from [_word(action)] * (action.nargs if isinstance(action.nargs, int) else 1)


def _word(action: Any) -> str:
    if action.choices:
        return str(next(iter(action.choices)))
    if action.type is float:
        return "0.1"
    if action.type is int:
        return "3"
    return "data.csv" if re.search(r"file|data|path|csv|input", action.dest) else "3"
