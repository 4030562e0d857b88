"""What can be known of a training before it begins is said then, not after an hour."""

import math
import os
from itertools import pairwise

from glassnet.core.errors import InputError
from glassnet.core.lbfgs import LBFGS
from glassnet.data.stream import AT_REST, parse_memory, show_memory

MOST_EPOCHS = 10_000_000  # each leaves a record in the history
MOST_THREADS = 1024  # more than a machine has processors for
COPIES = 4  # of the parameters: themselves, their gradient, and two moments


def check_counts(
    epochs: int | None,
    cv: int | None,
    threads: int | None = None,
    validation: float | None = None,
    minutes: float | None = None,
) -> None:
    """That the counts make sense, whatever the data are."""
    if epochs is not None and epochs > MOST_EPOCHS:
        raise InputError(f"epochs is {epochs}: give at most {MOST_EPOCHS:,}.")
    if cv is not None and cv < 2:
        raise InputError(f"cv is {cv}: give the number of folds, from 2 up.")
    if threads is not None and not 1 <= threads <= MOST_THREADS:
        raise InputError(f"threads is {threads}: give a whole number from 1 to {MOST_THREADS:,}.")
    if validation is not None and not 0 < validation < 1:
        raise InputError(f"--validation is {validation:g}: give a share above 0 and below 1.")
    if minutes is not None and not 0 < minutes < math.inf:
        raise InputError(f"--checkpoint-minutes is {minutes:g}: give a number above 0.")


def check_memory(memory: str | None, optimizer: str | None) -> None:
    """That a training in blocks can be had within the memory, before a row is read."""
    if memory is None:
        return
    if parse_memory(memory) <= AT_REST:
        raise InputError(
            f"--memory {memory} is too small: Python and its libraries alone take "
            f"{show_memory(AT_REST)}; give more, as 500MB."
        )
    if optimizer == LBFGS.name:
        raise InputError(
            "--optimizer lbfgs takes all rows at once, and --memory never has them: leave one out."
        )


def check_without_test(report: object, start: object, memory: object, groups: object) -> None:
    """That nothing is asked for that needs test rows, where every row is learned from."""
    for name, value in (("report", report), ("groups", groups)):
        if value is not None:
            raise InputError(
                f"--{name} tells of test rows, and --test 0 holds none: leave one out."
            )
    for name, value in (("from", start), ("memory", memory)):
        if value is not None:
            raise InputError(
                f"--test 0 has its figures from folds, which --{name} has not: leave one out."
            )


def check_size(n_in: int, hidden: tuple[int, ...], outputs: int, dtype: str) -> None:
    """That a network of these layers, and what trains it, goes into this machine's memory."""
    sizes = [n_in, *hidden, outputs]
    parameters = sum(a * b + b for a, b in pairwise(sizes))
    needed = parameters * (8 if dtype == "float64" else 4) * COPIES
    try:
        there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # a system that does not tell
        return
    if needed > there:
        raise InputError(
            f"layers of {', '.join(map(str, sizes[:6]))}{' …' if sizes[6:] else ''} have "
            f"{parameters:,} parameters, and training takes {needed / 1e9:,.0f} GB; this machine "
            f"has {there / 1e9:,.0f} GB: give smaller sizes."
        )


def check_validation(share: float | None, rows: int) -> None:
    """That a share of the rows to learn from is a row, and leaves one."""
    if share is not None and not 1 <= round(share * rows) < rows:
        held = "no row" if round(share * rows) < 1 else "every row"
        raise InputError(
            f"--validation {share:g} of {rows:,} rows is {held}: give a share that is a row at "
            "least and leaves rows to learn from, as 0.1."
        )
