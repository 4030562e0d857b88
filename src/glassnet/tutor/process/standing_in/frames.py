"""So much of pandas as scripts use on the way from a file to an array."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from glassnet.tutor.process.standing_in.form import is_label
from glassnet.tutor.process.standing_in.silent import Silent
from glassnet.tutor.process.standing_in.tiny import TinyData


def plain(value: Any) -> Any:
    return value.values if isinstance(value, Series | Frame) else value


class _Both:
    """What a column and a table share: they compute as their values do."""

    values: np.ndarray

    def _like(self, values: Any) -> Any:
        raise NotImplementedError

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray:
        return np.array(self.values, dtype=dtype)

    def __len__(self) -> int:
        return len(self.values)

    def to_numpy(self, dtype: Any = None, **_: Any) -> np.ndarray:
        return np.array(self.values, dtype=dtype)

    as_matrix = get_values = to_numpy

    def astype(self, kind: Any, **_: Any) -> Any:
        return self._like(self.values) if isinstance(kind, dict) or kind == "category" else (
            self._like(self.values.astype(kind))
        )  # fmt: skip

    def copy(self, *_: Any, **__: Any) -> Any:
        return self._like(self.values.copy())

    def _itself(self, *_: Any, **__: Any) -> Any:
        return self

    dropna = reset_index = drop_duplicates = set_index = sort_index = sort_values = _itself
    infer_objects = ffill = bfill = interpolate = _itself

    def fillna(self, *_: Any, **__: Any) -> Any:
        return self

    def isnull(self, *_: Any, **__: Any) -> Any:
        return self._like(np.zeros(self.values.shape, bool))

    isna = isnull

    def duplicated(self, *_: Any, **__: Any) -> Any:
        return Series(np.zeros(len(self), bool))

    def head(self, n: int = 5) -> Any:
        return self.iloc[:n]  # type: ignore[attr-defined]

    def tail(self, n: int = 5) -> Any:
        return self.iloc[-n:]  # type: ignore[attr-defined]

    def sample(self, n: Any = None, frac: Any = None, **_: Any) -> Any:
        count = round(len(self) * frac) if frac else min(n or 1, len(self))
        return self.iloc[:count]  # type: ignore[attr-defined]

    def apply(self, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        if isinstance(self, Frame):
            return self._of({k: function(Series(v, k)) for k, v in self._columns.items()})
        return self._like(np.array([function(v, *args) for v in self.values]))

    applymap = apply

    def replace(self, old: Any, new: Any = None, **_: Any) -> Any:
        pairs = old if isinstance(old, dict) else {old: new} if np.isscalar(old) else {}
        values = self.values.copy()
        for one, other in pairs.items():
            if not isinstance(other, dict | str):
                values[self.values == one] = other
        return self._like(values)

    def clip(self, *args: Any, **kwargs: Any) -> Any:
        return self._like(np.clip(self.values, *args, **kwargs))

    def abs(self) -> Any:
        return self._like(np.abs(self.values))

    def __neg__(self) -> Any:
        return self._like(-self.values)

    def __invert__(self) -> Any:
        return self._like(~self.values)

    __hash__ = None  # type: ignore[assignment]


def _operator(name: str) -> Callable[..., Any]:
    def done(self: Any, other: Any) -> Any:
        values = getattr(np.asarray(self.values), name)(plain(other))
        return NotImplemented if values is NotImplemented else self._like(values)

    return done


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "radd", "rsub", "rmul",
              "rtruediv", "rpow", "eq", "ne", "lt", "le", "gt", "ge", "and", "or"):  # fmt: skip
    setattr(_Both, f"__{_name}__", _operator(f"__{_name}__"))


class Series(_Both):
    """A column."""

    def __init__(self, data: Any = (), name: Any = None, index: Any = None, **_: Any) -> None:
        self.values, self.name = np.asarray(plain(data)), name

    index = property(lambda self: np.arange(len(self.values)))
    iloc = loc = at = iat = property(lambda self: _Places(self, 1))
    shape = property(lambda self: self.values.shape)
    size = property(lambda self: self.values.size)
    dtype = property(lambda self: self.values.dtype)
    T = property(lambda self: self)
    str = cat = dt = plot = property(lambda self: Silent())

    def _like(self, values: Any) -> Any:
        return Series(values, self.name) if np.ndim(values) == 1 else values

    def __getitem__(self, key: Any) -> Any:
        return self._like(self.values[plain(key)])

    def __setitem__(self, key: Any, value: Any) -> None:
        self.values[plain(key)] = plain(value)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def map(self, how: Any, *_: Any) -> Any:
        values = [how.get(v, i % 2) if isinstance(how, dict) else how(v)
                  for i, v in enumerate(self.values.tolist())]  # fmt: skip
        return self._like(np.array(values))

    def unique(self) -> np.ndarray:
        return np.unique(self.values)

    def nunique(self) -> int:
        return len(self.unique())

    def value_counts(self, *_: Any, **__: Any) -> Any:
        return Series(np.unique(self.values, return_counts=True)[1])

    def to_frame(self, *_: Any, **__: Any) -> Any:
        return Frame({self.name: self.values})

    def __getattr__(self, name: Any) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.values, name, None) or Silent(name)


class Frame(_Both):
    """A table, column by column; of tiny data a column that is asked for is there."""

    def __init__(
        self, data: Any = None, index: Any = None, columns: Any = None,
        tiny: TinyData | None = None, **_: Any,
    ) -> None:  # fmt: skip
        self.__dict__["_tiny"] = tiny
        if isinstance(data, Frame):
            data = data._columns
        if isinstance(data, dict):
            made = {k: np.asarray(plain(v)) for k, v in data.items()}
        else:
            array = np.asarray([] if data is None else plain(data))
            array = array.reshape(-1, 1) if array.ndim == 1 else array
            names = list(columns) if columns is not None else list(range(array.shape[-1]))
            made = {name: array[:, i] for i, name in enumerate(names) if i < array.shape[-1]}
        self.__dict__["_columns"] = made

    @property
    def columns(self) -> Any:
        return np.array(list(self._columns), dtype=object).view(_Names)

    @columns.setter
    def columns(self, names: Any) -> None:
        self.__dict__["_columns"] = dict(zip(list(names), self._columns.values()))

    @property
    def values(self) -> np.ndarray:  # type: ignore[override]
        if not self._columns:
            return np.zeros((0, 0))
        return np.column_stack(list(self._columns.values()))

    index = property(lambda self: np.arange(len(self)))
    iloc = iat = property(lambda self: _Places(self, 0))
    loc = ix = at = property(lambda self: _Places(self, 2))
    shape = property(lambda self: self.values.shape)
    size = property(lambda self: self.values.size)
    T = property(lambda self: Frame(self.values.T))
    dtypes = property(lambda self: Silent())
    plot = property(lambda self: Silent())

    def __len__(self) -> int:
        return max((len(v) for v in self._columns.values()), default=0)

    def _like(self, values: Any) -> Any:
        return Frame(values, columns=list(self._columns), tiny=self._tiny)

    def _of(self, columns: dict[Any, Any]) -> Frame:
        return Frame(columns, tiny=self._tiny)

    def _named(self, name: Any) -> np.ndarray:
        if name not in self._columns:
            self._columns[name] = self._asked(name)
        return self._columns[name]

    def _asked(self, name: Any) -> np.ndarray:
        """A column that is not there: tiny data have it, the label under any of its names."""
        if self._tiny is None:
            raise KeyError(name)
        label = next((k for k in self._columns if is_label(k)), None)
        if is_label(name) and label is not None:
            return self._columns.pop(label)
        return self._tiny.column(name)[: len(self) or None]

    def __getitem__(self, key: Any) -> Any:
        key = plain(key)
        if isinstance(key, slice | Silent):
            return self.iloc[key] if isinstance(key, slice) else self
        if isinstance(key, np.ndarray) and key.dtype == bool:
            return self.iloc[key]
        if isinstance(key, list | np.ndarray):
            return self._of({name: self._named(name) for name in key})
        return Series(self._named(key), key)

    def __setitem__(self, key: Any, value: Any) -> None:
        value = plain(value)
        if isinstance(value, Silent):
            value = self._tiny.column(key)[: len(self)] if self._tiny else np.zeros(len(self))
        if isinstance(key, list):
            for i, name in enumerate(key):
                self._columns[name] = value[:, i] if np.ndim(value) == 2 else value
            return
        self._columns[key] = np.full(len(self), value) if np.ndim(value) == 0 else np.asarray(value)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in self._columns:
            return Series(self._columns[name], name)
        if hasattr(np.ndarray, name):
            return self._by_column(name)
        return Silent(name) if name in _SILENT or self._tiny is None else self[name]

    def __setattr__(self, name: str, value: Any) -> None:
        (self.__setitem__ if name in self._columns else super().__setattr__)(name, value)

    def _by_column(self, name: str) -> Callable[..., Any]:
        def done(axis: Any = 0, **_: Any) -> Any:
            return Series(getattr(np.asarray(self.values, float), name)(axis=axis or 0))

        return done

    def __delitem__(self, key: Any) -> None:
        self._columns.pop(key, None)

    def __contains__(self, name: object) -> bool:
        return name in self._columns

    def __iter__(self) -> Iterator[Any]:
        return iter(self._columns)

    keys = property(lambda self: self._columns.keys)

    def items(self) -> Iterator[Any]:
        return iter([(k, Series(v, k)) for k, v in self._columns.items()])

    def pop(self, name: Any) -> Any:
        column = Series(self._named(name), name)
        self._columns.pop(name)
        return column

    def drop(self, labels: Any = None, axis: Any = 0, columns: Any = None, inplace: bool = False,
             **_: Any) -> Any:  # fmt: skip
        names = columns if columns is not None else labels
        names = [names] if np.isscalar(names) else list(plain(names) if names is not None else ())
        by_name = columns is not None or axis in (1, "columns") or any(
            isinstance(n, str) for n in names)  # fmt: skip
        if not by_name:
            return self.iloc[np.setdiff1d(np.arange(len(self)), np.array(names, int))]
        if any(is_label(n) and n not in self._columns for n in names) and self._tiny:
            names += [k for k in self._columns if is_label(k)][:1]
        kept = {k: v for k, v in self._columns.items() if k not in names}
        if inplace:
            self.__dict__["_columns"] = kept
            return None
        return self._of(kept)

    def rename(self, columns: Any = None, **_: Any) -> Any:
        names = columns if isinstance(columns, dict) else {}
        return self._of({names.get(k, k): v for k, v in self._columns.items()})

    def select_dtypes(self, *_: Any, **__: Any) -> Any:
        return self._of({k: v for k, v in self._columns.items() if v.dtype.kind in "biuf"})

    def iterrows(self) -> Iterator[Any]:
        for i, row in enumerate(self.values):
            yield i, Frame({k: [v] for k, v in zip(self._columns, row)})._row()

    def itertuples(self, *_: Any, **__: Any) -> Iterator[Any]:
        return (tuple(row) for row in self.values)

    def _row(self) -> Any:
        return Series(self.values[0])

    def join(self, other: Any, **_: Any) -> Any:
        columns = other._columns if isinstance(other, Frame) else {other.name: other.values}
        return self._of({**self._columns, **columns})


_SILENT = {"info", "describe", "hist", "boxplot", "corr", "groupby", "to_csv", "to_excel",
           "value_counts", "nunique", "to_string", "style"}  # fmt: skip


class _Names(np.ndarray):
    def tolist(self) -> list[Any]:
        return [str(n) if isinstance(n, str) else n for n in super().tolist()]

    def get_loc(self, name: Any) -> int:
        return list(self).index(name)

    def drop(self, name: Any) -> Any:
        names = [name] if isinstance(name, str) else name
        return np.array([n for n in self if n not in names], dtype=object).view(_Names)


class _Places:
    """Rows and columns by their numbers, or the columns by their names too."""

    def __init__(self, of: Any, kind: int) -> None:
        self._of, self._kind = of, kind

    def _key(self, key: Any) -> tuple[Any, Any]:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        return plain(rows), plain(columns)

    def _names(self, columns: Any) -> Any:
        names = list(self._of._columns)
        if isinstance(columns, str) or (self._kind == 2 and columns in names):
            return columns
        if isinstance(columns, slice) and isinstance(columns.start or columns.stop, str):
            start = names.index(columns.start) if columns.start in names else 0
            stop = names.index(columns.stop) + 1 if columns.stop in names else None
            return names[start:stop]
        if isinstance(columns, list | np.ndarray) and len(columns):
            first = columns[0]
            if isinstance(first, str):
                return list(columns)
            return list(np.array(names, dtype=object)[columns])
        if isinstance(columns, slice):
            return names[columns]
        return self._at(names, int(columns))  # type: ignore[arg-type]

    def _at(self, names: list[Any], column: int) -> Any:
        if column >= len(names) and self._of._tiny is not None:
            raise IndexError(
                f"index {column} is out of bounds for axis 1 with size {len(names)}"
            )  # as an array says it: more columns are tried
        return names[column]

    def __getitem__(self, key: Any) -> Any:
        rows, columns = self._key(key)
        if self._kind == 1:
            return self._of[rows]
        frame = self._of
        names = self._names(columns)
        if isinstance(names, list):
            part = {name: frame._named(name)[rows] for name in names}
            if np.ndim(next(iter(part.values()), [])) == 0:
                return Series(np.array(list(part.values())))
            return Frame(part, tiny=frame._tiny)
        column = frame._named(names)[rows]
        return Series(column, names) if np.ndim(column) else column

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = self._key(key)
        if self._kind == 1:
            self._of[rows] = value
            return
        names, value = self._names(columns), plain(value)
        for i, name in enumerate(names if isinstance(names, list) else [names]):
            own = value[:, i] if np.ndim(value) == 2 else value
            if isinstance(rows, slice) and rows == slice(None):
                self._of[name] = own
            else:
                self._of._named(name)[rows] = own
