"""The row that is asked about: of a table, of a set, or a typical one, with cells of one's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.data import Preparation, TablePreparation, is_table
from glassnet.data.checks import CellError
from glassnet.data.table.frames import import_polars, no_column
from glassnet.jobs.open import Model, rows_to_look_at, table_of
from glassnet.jobs.threads_and_signals import Say


@dataclass(frozen=True)
class AskedRow:
    """A raw row, one of a frame or (1, n_features), and its target where that is known.

    title: which row it is, in words. y: None where its target is not known.
    """

    raw: Any
    y: Any
    title: str


def asked_row(
    model: Model,
    data: str | None,
    row: int | None,
    encoding: str | None,
    say: Say,
    cells: Mapping[str, str],
) -> AskedRow:
    """The row that is meant. Args: cells, by their columns, that take the place of its own.

    Raises: InputError where there is no such row or column.
    """
    if data is None:
        return _typical(model, cells)
    row = 0 if row is None else row
    if is_table(data) and model.target is not None:
        return _of_table(model, data, row, encoding, say, cells)
    looked = rows_to_look_at(data, model, encoding, say)
    k = looked.place(row)
    raw = np.array(looked.X[k : k + 1], dtype=np.float64)
    names = _names(model, raw.shape[1])
    for name, cell in cells.items():
        raw[0, _place(names, name)] = _number(name, cell)
    return AskedRow(raw, None if cells else looked.y[k], _title(row, looked.rows, cells))


def _of_table(
    model: Model, data: str, row: int, encoding: str | None, say: Say, cells: Mapping[str, str]
) -> AskedRow:
    file, target = table_of(data, model, encoding, say), model.target
    assert target is not None
    frame = file.read()
    if not 0 <= row < len(frame):
        raise InputError(
            f"row {row} is not among the {len(frame):,} rows, 0 to {len(frame) - 1}: {file.name}."
            if len(frame)
            else f"{file.name} has a header and no row: expected rows."
        )
    frame = frame[row : row + 1]
    known = all(name in frame.columns for name in target.names) and not cells
    y = None
    if known and not target.missing(frame)[0]:
        y = target.read(frame)[0]
    return AskedRow(_with_cells(model, frame, cells), y, _title(row, file.name, cells))


def _typical(model: Model, cells: Mapping[str, str]) -> AskedRow:
    preparation = model.net.preparation
    if not cells or model.image_shape is not None:
        raise InputError("a model is explained on a row of data: name the data and --row.")
    if isinstance(preparation, TablePreparation):
        frame = _with_cells(model, preparation.typical(), cells)
        return AskedRow(frame, None, _title(None, "a typical row", cells))
    row = typical_numbers(model)
    for name, cell in cells.items():
        _place(list(row), name)
        row[name] = _number(name, cell)
    which = "a row of zeros" if _means(model) is None else "a typical row"
    return AskedRow(np.array([list(row.values())]), None, _title(None, which, cells))


def typical_numbers(model: Model) -> dict[str, float]:
    """The means of the columns of a model that takes an array, by their names; 0 if unknown."""
    means = _means(model) or [0.0] * model.net.n_in
    return dict(zip(_names(model, len(means)), means))


def _names(model: Model, n: int) -> list[str]:
    """The names of an array's n columns: those of its training, where they are so many."""
    names: list[str] = list(model.about.get("features") or ())
    return names if len(names) == n else [f"x[{j}]" for j in range(n)]


def _means(model: Model) -> Sequence[float] | None:
    """What the columns were on average, where they were standardized."""
    match model.net.preparation:
        case Preparation(kind="standardize") as known:
            return known.mean
        case _:
            return None


def _with_cells(model: Model, frame: Any, cells: Mapping[str, str]) -> Any:
    """One row with some cells replaced, as text, which the preparation reads."""
    pl, preparation = import_polars(), model.net.preparation
    if isinstance(preparation, TablePreparation):
        used = [column.name for column in preparation.used]
        for name in cells:
            if name not in used:
                known = name in frame.columns
                raise InputError(
                    f"--set {name}: the model makes no use of that column."
                    if known
                    else f"--set {name}: {no_column(name, used)}."
                )
    put = frame.with_columns(
        pl.lit(cell, dtype=pl.String).alias(name) for name, cell in cells.items()
    )
    if isinstance(preparation, TablePreparation) and cells:
        try:
            preparation.apply(put)
        except CellError as error:
            if error.column in cells:  # it stands in no row of the table
                raise InputError(f"{error.before} as it was set{error.after}") from None
    return put


def _title(row: int | None, name: str, cells: Mapping[str, str]) -> str:
    title = name if row is None else f"row {row} of {name}"
    return title + (f", with {', '.join(f'{k} = {v}' for k, v in cells.items())}" if cells else "")


def _place(names: Sequence[str], name: str) -> int:
    if name not in names:
        raise InputError(f"--set {name}: {no_column(name, names)}.")
    return list(names).index(name)


def _number(name: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise InputError(f"--set {name}={cell}: give a finite number.")
    return value
