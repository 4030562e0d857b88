"""Tables joined, and read from files."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.tutor.process.standing_in.files import absent
from glassnet.tutor.process.standing_in.frames import Frame, Series, plain
from glassnet.tutor.process.standing_in.tiny import TinyData


def concat(parts: Any, axis: Any = 0, **_: Any) -> Any:
    """Tables below each other, or side by side."""
    parts = list(parts)
    if axis in (1, "columns"):
        made: dict[Any, Any] = {}
        for part in parts:
            made |= part._columns if isinstance(part, Frame) else {part.name: part.values}
        return Frame(made, tiny=getattr(parts[0], "_tiny", None))
    if all(isinstance(part, Series) for part in parts):
        return Series(np.concatenate([part.values for part in parts]))
    names = parts[0]._columns
    return Frame({k: np.concatenate([p._columns[k] for p in parts]) for k in names},
                 tiny=parts[0]._tiny)  # fmt: skip


def get_dummies(data: Any, prefix: Any = None, columns: Any = None, dtype: Any = int,
                **_: Any) -> Any:  # fmt: skip
    """A column of 0 and 1 for each value of a column."""
    frame = data if isinstance(data, Frame) else None
    parts = (
        {prefix: np.asarray(plain(data)).ravel()}
        if frame is None
        else {k: v for k, v in frame._columns.items() if k in (columns or ()) or v.dtype == object}
    )
    made = {} if frame is None else {k: v for k, v in frame._columns.items() if k not in parts}
    for name, values in parts.items():
        for each in np.unique(values):
            made[f"{name}_{each}" if name is not None else each] = (values == each).astype(dtype)
    return Frame(made, tiny=frame._tiny if frame is not None else None)


def read_table(data: TinyData, file: Any, near: Any, how: dict[str, Any]) -> Frame:
    """A file as a table; tiny data where it is not there."""
    if absent(near):
        data.say_of(near)
        rows, names = data.rows_of(file)
        frame = Frame(rows, columns=names, tiny=data)
        if "header" in how and how["header"] is None and "names" not in how:
            frame.columns = range(rows.shape[1])
    else:
        frame = _read(near, how)
    if how.get("names") is not None:
        frame.columns = list(how["names"])
    if how.get("usecols") is not None and not callable(how["usecols"]):
        names = [n if isinstance(n, str) else list(frame._columns)[n] for n in how["usecols"]]
        frame = frame[names]
    if how.get("index_col") is not None and isinstance(how["index_col"], int):
        frame = frame.iloc[:, 1:]
    if how.get("nrows"):
        frame = frame.iloc[: how["nrows"]]
    return frame


def _read(near: Any, how: dict[str, Any]) -> Frame:
    if isinstance(near, str | Path):
        text = Path(near).read_text(errors="replace")
    else:
        text = near.read()
        text = text if isinstance(text, str) else text.decode(errors="replace")
    mark = how.get("sep") or how.get("delimiter") or ","
    lines = text.splitlines()[int(how.get("skiprows") or 0) :]
    rows = [row for row in csv.reader(lines, delimiter=mark if len(mark) == 1 else " ",
                                      skipinitialspace=True) if row]  # fmt: skip
    first = rows[0] if rows else []
    header = how.get("header", "infer") is not None and how.get("names") is None
    body = rows[1:] if header else rows
    names = first if header else list(range(len(first)))
    return Frame({name: _typed([row[i] if i < len(row) else "" for row in body])
                  for i, name in enumerate(names)})  # fmt: skip


def _typed(cells: list[str]) -> np.ndarray:
    for kind in (int, float):
        try:
            return np.array([kind(c) if c.strip() else kind("nan") for c in cells])
        except ValueError:
            continue
    return np.array(cells, dtype=object)
