"""Frames of whatever library, as polars has them: what a person has in hand goes in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from glassnet.data.checks import DataError

if TYPE_CHECKING:
    import polars as pl


def is_frame(X: Any) -> bool:
    """Whether this is a table with named columns, of polars, pandas, or another library."""
    return hasattr(X, "columns") and hasattr(X, "shape") and not hasattr(X, "__array_interface__")


def need_polars() -> None:
    """A DataError that names the extra where polars is absent."""
    try:
        import narwhals  # noqa: F401
        import polars  # noqa: F401
    except ImportError:
        raise DataError(
            "tables need polars and narwhals: install them with pip install 'glassnet[data]'."
        ) from None


def as_polars(X: Any) -> pl.DataFrame:
    """The frame as polars has it; raises: DataError where it is none."""
    need_polars()
    import narwhals as nw
    import polars as pl

    if isinstance(X, pl.DataFrame):
        return X
    if isinstance(X, pl.LazyFrame):
        return X.collect()
    if not is_frame(X):
        raise DataError(
            f"expected a table with named columns, a polars or pandas frame; got "
            f"{type(X).__name__}: this model was trained on a table."
        )
    try:
        frame: Any = nw.from_native(X, eager_only=True)
        return pl.DataFrame([_column(frame.get_column(name), str(name)) for name in frame.columns])
    except (TypeError, ValueError, ImportError, pl.exceptions.PolarsError) as error:
        said = " ".join(str(error).split())[:120]
        raise DataError(f"the frame cannot be read: {said}.") from None


def _column(cells: Any, name: str) -> pl.Series:
    """A column of another library; cell by cell where it holds neither numbers nor dates."""
    import polars as pl

    if cells.dtype.is_numeric() and not cells.is_null().any():
        return pl.Series(name, cells.to_numpy())
    values = [None if _is_missing(v) else v for v in cells.to_list()]
    if all(v is None or isinstance(v, str) for v in values):
        return pl.Series(name, values, dtype=pl.String)
    try:
        return pl.Series(name, values)
    except TypeError:  # words and numbers mixed
        return pl.Series(name, [None if v is None else str(v) for v in values], dtype=pl.String)


def _is_missing(value: Any) -> bool:
    """None, NaN, or what a library has for a missing cell, which equals nothing, itself neither."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except TypeError:
        return True
