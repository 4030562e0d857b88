"""The rows that an answer is compared with: those that the model was trained on, where known."""

from __future__ import annotations

from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.data import TablePreparation, is_table, load_data, sha256_of, split_train_test
from glassnet.data.table.table import load_table
from glassnet.files.whole import readable
from glassnet.jobs.open import Model, table_of
from glassnet.jobs.threads_and_signals import Say


def background_of(
    model: Model, data: str | None, named: str | None, encoding: str | None, say: Say
) -> tuple[Any, str]:
    """Raw rows to compare with, and which they are; None and "" for the typical row.

    A model that was given its numbers as they are knows no typical row: there it is one of zeros.

    Args:
        data: where the row is from: if the model learned from it, the rows that it learned from.
        named: a table, or a set, all of whose rows are to be taken.
    """
    if named is not None:
        return _all_of(model, named, encoding, say)
    if data is None:
        if model.net.preparation is not None:
            return None, ""
        return np.zeros((1, model.net.n_in)), "a row of zeros"
    if is_table(data) and model.target is not None:
        return _learned_from(model, data, encoding)
    parts = split_train_test(load_data(data, like=model.image_shape))
    about = model.about
    n, name = len(parts.y), readable(data)
    learned = about.get("train_rows") == n and about.get("data") == name
    which = "rows it was trained on" if learned else f"rows of {name}"
    return parts.X, f"the {n:,} {which}"


def _all_of(model: Model, named: str, encoding: str | None, say: Say) -> tuple[Any, str]:
    if not is_table(named) or model.target is None:
        data = load_data(named, like=model.image_shape)
        return data.X, f"the {len(data.X):,} rows of {readable(named)}"
    file = table_of(named, model, encoding, say)
    frame = file.read()
    if not len(frame):
        raise InputError(f"{named} has a header and no row: expected rows.")
    return frame, f"the {len(frame):,} rows of {file.name}"


def _learned_from(model: Model, data: str, encoding: str | None) -> tuple[Any, str]:
    """The training rows of the model's own table; of another table none."""
    about, target = model.about, model.target
    assert target is not None
    whole = isinstance(model.net.preparation, TablePreparation) and "group" in about.get("test", {})
    if not whole or about.get("sha256") != sha256_of(data):
        return None, ""
    table = load_table(
        data, target.names, encoding=encoding, likely_encoding=model.encoding, like=target,
        group=model.split.get("group"), time=model.split.get("time"),
    )  # fmt: skip
    parts = split_train_test(table)
    if len(parts.y) != about.get("train_rows"):
        return None, ""
    return parts.X, f"the {len(parts.y):,} rows it was trained on"
