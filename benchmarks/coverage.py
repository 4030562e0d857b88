"""How often the limits of `predict --coverage 0.9` hold the truth, on ten tables.

    nice .venv/bin/python benchmarks/coverage.py TABLES [--coverage 0.9]

TABLES is the folder that benchmarks/tables/make.py writes. Ten of them, from 110 to 5,400 rows,
five of classes and five of numbers, were named before anything was measured.

*Held rows*, as `train` keeps them. Five networks a table, each trained on another 60 % of the
rows. The other 40 % are parted 40 times at random into as many rows to calibrate on as `train`
holds, a fifth of the table, and as many to count on: 200 splits. The network needs no training
anew for that: it learned from neither half, so any parting is as good as any other.

*Folds*, as `train --cv 5` and `--test 0` keep them, on the five tables below 1,000 rows: ten times
a fifth of the rows is counted on, and of the rest five networks of five folds give the scores and
a sixth the answers. These are other networks, so nothing is proven, and it is measured.
"""

import argparse
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from glassnet.data import load_table, split_rows
from glassnet.data.dataset import parts_of
from glassnet.training import Conformal, cross_validate_dataset
from glassnet.training.loop.fit import train_rows
from glassnet.training.measure.conformal import kept, scores_of
from glassnet.training.recipe.recipe import prepare, recipe_for
from glassnet.training.rows import prepare_parts

RESULTS = Path(__file__).resolve().parent / "results" / "coverage.md"
TABLES = (
    "scat", "tips", "miles per gallon", "liver injury", "body measures", "orange juice",
    "digits", "cells", "wage", "poverty",
)  # fmt: skip
NETWORKS, PARTINGS, WITH_FOLDS, FEW = 5, 40, 10, 1_000


def trained(data: Any, keep: Any, held: Any) -> tuple[Any, Any, Any]:
    """A network of the defaults, and the rows that it did not learn from, prepared, and their y."""
    parts = parts_of(data, keep, held)
    preparation = data.learn(parts.X)
    recipe = recipe_for(data, inputs=preparation.n_inputs, parts=parts)
    net, _ = prepare(data, recipe, preparation, parts)
    ready = prepare_parts(net, parts, recipe.validation, recipe.seed)
    for _ in train_rows(net, ready.learned, ready.held, recipe):
        pass
    return net, ready.test, ready.y_test


def by_held_rows(data: Any, coverage: float) -> tuple[list[float], list[float], int]:
    """Of each split the share that is within, and how wide the limits are."""
    shares, widths = [], []
    n = round(0.2 * len(data.y))
    for seed in range(NETWORKS):
        rng = np.random.default_rng(seed)
        split = split_rows(
            len(data.y), data.y, test=0.4, seed=seed, stratify=data.task == "classes"
        )
        net, rows, y = trained(data, *split)
        scores = scores_of(net, rows, y)
        for _ in range(PARTINGS):
            order = rng.permutation(len(scores))
            by = kept(net, [scores[order[:n]]], None, "")
            assert by is not None
            share, width = counted(by, rows.take(order[n:]), scores[order[n:]], coverage)
            shares.append(share)
            widths.append(width)
    return shares, widths, n


def by_folds(data: Any, coverage: float) -> tuple[list[float], list[float], int]:
    """The same, where the scores are those of networks of five folds."""
    shares, widths, n = [], [], 0
    for seed in range(WITH_FOLDS):
        keep, held = split_rows(len(data.y), data.y, seed=seed, stratify=data.task == "classes")
        net, rows, y = trained(data, keep, held)
        part = replace(data, X=data.X[keep], y=data.y[keep], numbers=None)
        recipe = recipe_for(part, inputs=net.n_in, parts=parts_of(data, keep, held))
        folds = cross_validate_dataset(part, recipe, folds=5, seed=seed, with_baselines=False)
        by = kept(net, [folds.scores], None, "")
        assert by is not None
        share, width = counted(by, rows, scores_of(net, rows, y), coverage)
        shares.append(share)
        widths.append(width)
        n = len(folds.scores)
    return shares, widths, n


def counted(by: Conformal, rows: Any, scores: Any, coverage: float) -> tuple[float, float]:
    """The share of rows within, and the width, or the mean number of classes in a set."""
    q = by.quantile(coverage)
    within = float((scores <= q).mean())
    if by.net.classes is None:
        return within, float(2 * q[0])
    return within, float(by.set_of(by.net.forward(rows.X).dense[-1].a, coverage).sum(axis=1).mean())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tables", type=Path, help="what benchmarks/tables/make.py wrote")
    parser.add_argument("--coverage", type=float, default=0.9)
    args = parser.parse_args()
    about = json.loads((args.tables / "about.json").read_text("utf-8"))
    lines = [
        "| table | rows | predicted | scores of | splits | mean | 5 to 95 % of the splits "
        "| width, or classes in a set |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name in TABLES:
        told = about[name]
        task = told["task"]
        data = load_table(args.tables / f"{name}.csv", told["target"], task=task)
        ways = {"held rows": by_held_rows} | ({"folds": by_folds} if len(data.y) < FEW else {})
        for how, way in ways.items():
            shares, widths, n = way(data, args.coverage)
            low, high = np.quantile(shares, [0.05, 0.95])
            lines.append(
                f"| {name} | {len(data.y):,} | {task} | {n:,} {how} | {len(shares)} "
                f"| {np.mean(shares):.3f} | {low:.3f} to {high:.3f} | {np.mean(widths):.3g} |"
            )
            print(lines[-1], flush=True)
    if args.coverage == 0.9:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
