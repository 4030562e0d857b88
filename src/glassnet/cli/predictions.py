"""A model's answers, part by part: a table of any length goes through in bounded memory."""

from __future__ import annotations

import csv
import io
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from glassnet.core.errors import InputError

if TYPE_CHECKING:
    from glassnet.core.network import Network

ROWS = 65_536  # of a table, at a time

Part = dict[str, list[Any]]  # a column's name to its values


def blocks_of(
    data: str, about: dict[str, Any], encoding: str | None = None
) -> tuple[Iterator[Any], str, Sequence[str]]:
    """The raw rows part by part, which they are, and of pictures the names of their files."""
    from glassnet.cli.sources import is_table, rows_to_look_at, table_of
    from glassnet.data import read_images

    if is_table(data) and about.get("target"):
        file = table_of(data, about, encoding)
        blocks = file.blocks(ROWS)
        if not blocks:
            raise InputError(f"{data} has a header and no row: expected rows.")
        return (file.take(block) for block in blocks), f"{file.name}, every row", ()
    shape = about.get("image_shape")
    if shape and os.path.exists(Path(data)) and not _labelled(data):
        names, X = read_images(data, tuple(shape))
        return iter([X]), f"{len(names)} pictures, {data}", names
    X, _, which = rows_to_look_at(data, about, encoding)
    return iter([X]), which, ()


def _labelled(data: str) -> bool:
    """Whether labels come along: folders of classes or IDX files in it, or an archive of arrays."""
    path = Path(data)
    if not os.path.isdir(path):
        return path.suffix.lower() == ".npz"
    return any(os.path.isdir(p) or "idx" in p.name for p in path.iterdir())


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


def write_answers(parts: Iterable[Part], out: Path | None) -> None:
    """As CSV to the screen or a file, part by part; as Parquet where the file's name says so."""
    if out is not None and out.suffix.lower() in (".parquet", ".pq"):
        import polars as pl

        from glassnet.files.whole import write_whole

        frames = [pl.DataFrame(part) for part in parts]
        whole = io.BytesIO()
        pl.concat(frames).write_parquet(whole)
        write_whole(out, whole.getvalue())
    elif out is not None:
        from glassnet.files.whole import write_whole

        write_whole(out, (line.encode() for line in _lines(parts)))
    else:
        from glassnet.views.text.terminal import as_data

        stdout = as_data(sys.stdout)
        for line in _lines(parts):
            stdout.write(line)


def _lines(parts: Iterable[Part]) -> Iterator[str]:
    header = True
    for part in parts:
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        if header:
            writer.writerow(part)
            header = False
        for row in zip(*part.values(), strict=True):
            writer.writerow([f"{v:.6g}" if isinstance(v, float) else v for v in row])
        yield text.getvalue()
