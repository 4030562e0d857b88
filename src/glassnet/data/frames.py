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
        return nw.from_native(X, eager_only=True).to_polars()
    except (TypeError, ValueError, ImportError, ModuleNotFoundError) as error:
        said = " ".join(str(error).split())[:120]
        raise DataError(f"the frame cannot be read: {said}.") from None
