"""A table's target and its folds, the same rows for every method."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

FOLDS = 5
SMALL = 2000  # rows up to which three folds are measured, above it one


def about(folder: Path) -> dict[str, dict[str, Any]]:
    return json.loads((folder / "about.json").read_text(encoding="utf-8"))


def target_of(folder: Path, name: str, column: str) -> list[str]:
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def fold_of(y: list[str], classes: bool) -> Any:
    """The fold of each row: rows in an order drawn by seed 0, class after class, dealt out."""
    order = np.random.default_rng(0).permutation(len(y))
    if classes:
        order = order[np.argsort(np.array(y)[order], kind="stable")]
    fold = np.empty(len(y), int)
    fold[order] = np.arange(len(y)) % FOLDS
    return fold


def measured(rows: int) -> range:
    return range(3 if rows <= SMALL else 1)


def score(task: str, y: Any, found: Any) -> float:
    """The accuracy, or R²."""
    if task == "classes":
        return float(np.mean([str(a) == str(b) for a, b in zip(y, found, strict=True)]))
    y, found = np.asarray(y, float), np.asarray(found, float)
    return float(1 - ((y - found) ** 2).sum() / ((y - y.mean()) ** 2).sum())
