"""A saved model's answers, part by part: a table of any length goes through in bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.jobs.fitting import Say
from glassnet.jobs.open import blocks_to_look_at, lines_named, open_model
from glassnet.training.results import Predictions

Part = dict[str, list[Any]]  # a column's name to its values


def predict(
    model: str | Path,
    data: str,
    probabilities: bool = False,
    encoding: str | None = None,
    say: Say = lambda sentence: None,
) -> tuple[Iterator[Part], str]:
    """The answers to the data's rows, part by part, and which rows they are.

    Args: probabilities, to have one of each class; encoding, of a table, where it is named.

    Raises: InputError where the model or the data cannot be read, or do not fit each other; of
        rows that are read later, from the iterator.
    """
    opened = open_model(model)
    net = opened.net
    if probabilities and net.classes is None:
        raise InputError("--probabilities goes with a model of classes; this one predicts numbers.")
    parts, which, files = blocks_to_look_at(data, opened, encoding, say)
    names = (opened.about.get("target") or {}).get("names") or ()

    def each() -> Iterator[Part]:
        with lines_named(data, encoding=encoding):
            yield from answered(net, parts, probabilities, names, files)

    return each(), which


def together(parts: Iterable[Part], which: str) -> Predictions:
    """All answers as one record."""
    columns: dict[str, list[Any]] = {}
    for part in parts:
        for name, values in part.items():
            columns.setdefault(name, []).extend(values)
    more = {n: v for n, v in columns.items() if n not in ("row", "prediction", "probability")}
    return Predictions(columns.get("prediction", []), which, columns.get("probability"), more)


def answered(
    net: Network,
    parts: Iterable[Any],
    probabilities: bool,
    targets: Sequence[str],
    files: Sequence[str] = (),
) -> Iterator[Part]:
    """The columns of the answers: row, prediction or a column for each target, probabilities.

    files: of pictures, their names, which get a column.
    """
    first = 0
    for X in parts:
        n = len(X)
        columns: Part = {"row": list(range(first, first + n))}
        if files:
            columns["file"] = [str(name) for name in files[first : first + n]]
        first += n
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            p = net.predict_proba(X)
            decided = net.decide(p)
        _check_finite(p if net.classes is not None else decided, columns["row"])
        if net.classes is None:
            y = decided
            if y.ndim == 1:
                columns["prediction"] = y.tolist()
            else:
                named = len(targets) == y.shape[1]
                for j, name in enumerate(targets if named else map(str, range(y.shape[1]))):
                    columns[f"prediction {name}"] = y[:, j].tolist()
        else:
            columns["prediction"] = decided.tolist()
            p = np.concatenate([1 - p, p], axis=1) if net.n_out == 1 else p
            columns["probability"] = p.max(axis=1).astype(float).tolist()
            if probabilities:
                for j, label in enumerate(net.classes):
                    columns[f"p({label})"] = p[:, j].astype(float).tolist()
        yield columns


def _check_finite(out: Any, rows: Sequence[int]) -> None:
    """That the answers are numbers: an InputError that names the first row where one is none."""
    odd = ~np.isfinite(np.asarray(out).reshape(len(rows), -1)).all(axis=1)
    if odd.any():
        raise InputError(
            f"the answer for row {rows[int(odd.argmax())]} is not finite: the numbers on the way "
            "to it are larger than the model's type holds, by its weights or by that row."
        )
