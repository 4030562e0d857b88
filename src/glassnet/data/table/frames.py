"""Tables as a person has them in Python, polars, pandas and others, taken as polars frames."""

import difflib
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import TYPE_CHECKING, Any

from glassnet.data.checks import DataError

if TYPE_CHECKING:
    import polars as pl

LONG = 40  # letters of a name


def import_polars() -> ModuleType:
    """polars, which reads and holds tables; a DataError that names the extra where absent."""
    try:
        import polars
    except ImportError:
        raise DataError(
            "tables need polars and narwhals: install them with pip install 'glassnet[data]'"
        ) from None
    return polars


def need_polars() -> None:
    """A DataError that names the extra where polars or narwhals is absent."""
    import_polars()
    _narwhals()


def is_frame(obj: Any) -> bool:
    """Whether obj is a table with named columns: a frame of polars, pandas or pyarrow, or rows
    as dictionaries; arrays and lists of numbers are none.

    >>> is_frame([{"age": 3}]), is_frame([[3.0]])
    (True, False)
    """
    if isinstance(obj, list | tuple):
        return bool(obj) and all(isinstance(row, Mapping) for row in obj)
    origin = type(obj).__module__.split(".")[0]
    return origin not in ("numpy", "builtins") and hasattr(type(obj), "columns")


def as_polars(obj: Any) -> "pl.DataFrame":
    """A table as a polars frame; what is one already is returned itself.

    Args:
        obj: a polars, pandas or pyarrow table, whatever else narwhals knows, or rows as
            dictionaries; a lazy frame is collected.

    Raises:
        DataError: no table, one that cannot be converted, or polars is not installed.
    """
    pl = import_polars()
    if isinstance(obj, pl.DataFrame):
        return obj
    if not is_frame(obj):
        raise DataError(
            f"expected a table with named columns (a polars or pandas frame); "
            f"got {type(obj).__name__}"
        )
    try:
        if isinstance(obj, list | tuple):
            return pl.DataFrame(obj, infer_schema_length=None)
        if isinstance(obj, pl.LazyFrame):
            return obj.collect()
        if any(not isinstance(name, str) for name in getattr(obj, "columns", ())) and hasattr(
            obj, "rename"
        ):
            obj = obj.rename(columns=str)  # pandas names the columns of an array 0, 1, …
        known = _narwhals().from_native(obj)
        try:
            return known.lazy().collect("polars").to_native()
        except Exception:  # pyarrow is absent, or a column mixes types
            return pl.DataFrame([_series(name, known[name]) for name in known.columns])
    except DataError:
        raise
    except Exception as error:  # whatever another library says about its own frame
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise DataError(
            f"this {type(obj).__name__} cannot be read as a table: {reason}; "
            "give each column one name and one type"
        ) from None


def no_column(name: str, names: Sequence[str]) -> str:
    """That a table has no column of a name: and the nearest that it has.

    >>> print(no_column("colour", ["age", "color"]))
    the table has no column 'colour': did you mean 'color'?
    """
    near = difflib.get_close_matches(name, names, n=1)
    if near:
        return f"the table has no column {name!r}: did you mean {near[0]!r}?"
    listed = ", ".join(repr(shortened(each)) for each in names[:8])
    more = f" … ({len(names)} in all)" if len(names) > 8 else ""
    return f"the table has no column {name!r}: its columns are {listed}{more}"


def shortened(name: str) -> str:
    """A name, or a cell, in one line for a sentence or a list: of a long one the first letters.

    >>> shortened("length\\nin cm")
    'length⏎in cm'
    """
    name = "⏎".join(name.splitlines())
    return name if len(name) <= LONG else name[: LONG - 1] + "…"


def _series(name: str, cells: Any) -> "pl.Series":
    """A column of narwhals', cell by cell but for numbers; words and numbers mixed are words."""
    pl = import_polars()
    if cells.dtype.is_numeric() and not cells.is_null().any():
        return pl.Series(name, cells.to_numpy())
    values = [None if _is_missing(cell) else cell for cell in cells.to_list()]
    if any(isinstance(cell, str) for cell in values):
        values = [None if cell is None else str(cell) for cell in values]
    return pl.Series(name, values)


def _is_missing(cell: Any) -> bool:
    """None, NaN, or what a library has for a missing cell, which does not equal even itself."""
    try:
        return cell is None or bool(cell != cell)
    except TypeError:  # neither true nor false
        return True


def _narwhals() -> ModuleType:
    try:
        import narwhals
    except ImportError:
        raise DataError(
            "tables need polars and narwhals: install them with pip install 'glassnet[data]'"
        ) from None
    return narwhals
