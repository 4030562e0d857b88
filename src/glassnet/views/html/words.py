"""How a page writes numbers, shares, names and settings."""

import math
from collections.abc import Sequence
from typing import Any

from glassnet.core.validation.rules import in_words as of_words
from glassnet.views.svg.charts import number

SHARES = {
    "accuracy",
    "balanced_accuracy",
    "all_right",
    "at_or_below",
    "within",
    "share",
    "coverage",
}
NAMES = {
    "r2": "R²", "mae": "mean absolute error", "rmse": "root mean squared error",
    "roc_auc": "ROC AUC", "log_loss": "log loss", "loss": "loss (network's own)",
    "brier": "Brier score", "ece": "calibration error", "f1": "F1",
    "all_right": "whole rows right", "within": "between the outer quantiles",
    "pinball": "pinball loss",
}  # fmt: skip


def sentence(text: Any) -> str:
    """A text with a capital and a full stop."""
    text = str(text).strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def in_words(name: str) -> str:
    """A figure's name as people say it."""
    base, _, target = name.partition("[")
    if base == "at_or_below" and target:  # of several quantiles
        return f"at or below q{target.removesuffix(']')}"
    of = f" of {target.removesuffix(']')}" if target else ""
    return NAMES.get(base, base.replace("_", " ")) + of


def figure(value: float | None, name: str) -> str:
    """A figure: a share as per cent, what is not defined as a dash."""
    if value is None:
        return "–"
    if name.partition("[")[0] in SHARES and math.isfinite(value):
        return percent(value, 1)
    return number(float(value))


def percent(share: float, digits: int = 0) -> str:
    """A share as per cent, its sign bound to it.

    >>> percent(0.0725, 1)
    '7.2\\xa0%'
    """
    return f"{100 * share:.{digits}f}\u00a0%"


def whole(n: int) -> str:
    """A number of things, its thousands apart."""
    return f"{n:,}"


def cell(value: Any) -> str:
    """What stands in a cell of data, or in one of a table about it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    if isinstance(value, float):
        return number(value)
    return "–" if value is None else str(value)


def listed(names: Sequence[str]) -> str:
    """Names one after the other, the last after an 'and'."""
    return of_words(list(names), "and")


def setting(value: Any) -> str:
    """A setting as one would type it."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


FILTERS = {
    "number": number, "sentence": sentence, "in_words": in_words, "figure": figure,
    "listed": listed, "percent": percent, "whole": whole, "cell": cell, "setting": setting,
}  # fmt: skip
