"""Whether `train` notices what gives the target away: 30 planted of each kind, and 30 clean tables.

    nice .venv/bin/python benchmarks/giveaways.py TABLES

TABLES is the folder that benchmarks/tables/make.py writes. The thresholds were set on its tables
for choosing; here are those for reporting, of at most 5,000 rows, and made ones in time. Each kind
is planted in 30 of them, one a table, in several ways in turn:

    column      the target by another name; with 1 % of it changed; as a curve of it
    identifier  numbers with gaps in the order of the target; a case number by blocks of the target
    rows        a tenth of the rows once more
    future      beside a date: the next row's target; the mean of the next five; a later date

The penalty is not tried on folds (l2 0.01), since it is not the network that is looked at.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import polars as pl

from glassnet.data import Reading
from glassnet.jobs.threads_and_signals import followed
from glassnet.jobs.train import train
from glassnet.jobs.training.task import Task

RESULTS = Path(__file__).resolve().parent / "results" / "giveaways.md"
EACH, LARGEST = 30, 5_000
SHORT = {"l2": 0.01}
HEAD = ["| planted | tables | told | |", "|---|---|---|---|"]
Plant = Callable[[pl.DataFrame, str, bool, np.random.Generator, int], pl.DataFrame]


def codes(table: pl.DataFrame, target: str, classes: bool) -> Any:
    """The target as numbers."""
    y = table[target]
    if classes:
        return np.unique(y.cast(pl.String).to_numpy(), return_inverse=True)[1].astype(float)
    return y.cast(pl.Float64).to_numpy()


def a_column(
    table: pl.DataFrame, target: str, classes: bool, rng: np.random.Generator, way: int
) -> pl.DataFrame:
    y, own = codes(table, target, classes), table[target].to_list()
    if way == 0:
        told: Any = [f"is {value}" for value in own] if classes else y * 2.54
    elif way == 1 and classes:
        wrong = rng.random(len(y)) < 0.01
        told = [f"k{int(v)}" for v in np.where(wrong, rng.choice(y, len(y)), y)]
    elif way == 1:
        told = y + rng.normal(size=len(y)) * 0.02 * y.std()
    else:
        told = np.exp((y - y.mean()) / (2 * y.std())) + (
            rng.normal(size=len(y)) * 0.01 if classes else 0
        )
    return table.with_columns(pl.Series("planted", told))


def an_identifier(
    table: pl.DataFrame, target: str, classes: bool, rng: np.random.Generator, way: int
) -> pl.DataFrame:
    y = codes(table, target, classes)
    order = np.argsort(y, kind="stable")
    number = np.empty(len(y), int)
    if way % 2 == 0:
        number[order] = np.cumsum(rng.integers(1, 5, len(y)))
        return table.with_columns(pl.Series("planted", number))
    block = np.digitize(y, np.quantile(y, [0.34, 0.67])) if not classes else y.astype(int)
    number[order] = np.arange(len(y))
    rank = rng.permutation(len(y))  # within a block by chance
    for b in np.unique(block):
        rows = np.flatnonzero(block == b)
        number[rows] = 10_000 * (b + 1) + np.argsort(np.argsort(rank[rows]))
    return table.with_columns(pl.Series("planted", number))


def rows_again(
    table: pl.DataFrame, target: str, classes: bool, rng: np.random.Generator, way: int
) -> pl.DataFrame:
    again = rng.choice(len(table), max(len(table) // 10, 15), replace=False)
    return pl.concat([table, table[again.tolist()]])


def the_future(
    table: pl.DataFrame, target: str, classes: bool, rng: np.random.Generator, way: int
) -> pl.DataFrame:
    y = codes(table, target, classes)
    day = np.datetime64("2015-03-01") + np.arange(len(y))
    if way == 2 or (classes and y.max() > 1):
        later = 1 + np.argsort(np.argsort(y + rng.normal(size=len(y)) * 0.1 * y.std())) // 10
        told: Any = day + later.astype(int)
    else:
        reach = (1, 5)[way]
        told = np.mean([np.roll(y, -k) for k in range(1, reach + 1)], axis=0)
    return table.with_columns(pl.Series("sold_on", day), pl.Series("planted", told))


PLANTS: dict[str, Plant] = {
    "column": a_column, "identifier": an_identifier, "rows": rows_again, "future": the_future,
}  # fmt: skip


def in_time(seed: int) -> pl.DataFrame:
    """A clean series: what was sold follows the weather, the weekday and what was sold before."""
    rng, n = np.random.default_rng(seed), 400
    day = np.datetime64("2019-01-01") + np.arange(n)
    weather = np.sin(np.arange(n) / 58) * 10 + rng.normal(size=n) * (1 + seed)
    sold = np.zeros(n)
    for t in range(1, n):
        sold[t] = 0.5 * sold[t - 1] + weather[t] + 4 * (t % 7 > 4) + rng.normal() * 3
    before = np.roll(sold, 1)
    week = np.mean([np.roll(sold, k) for k in range(1, 8)], axis=0)
    return pl.DataFrame(
        {"day": day, "weather": weather, "before": before, "week": week, "sold": sold}
    )[8:]


def noticed(table: pl.DataFrame, target: str, task: Any, folder: Path) -> tuple[list[Any], Any]:
    """What `train` tells of it, and the columns that it left out."""
    place = folder / "table.csv"
    table.write_csv(place)
    job = train(Task(str(place), Reading([target], task=task), SHORT))
    done = followed(job, lambda event: None)
    left = [c.name for c in done.net.preparation.columns if not c.used]
    return done.result.giveaways, left


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("tables", type=Path, help="what benchmarks/tables/make.py wrote")
    parser.add_argument("--choosing", action="store_true", help="the tables for choosing instead")
    parser.add_argument("--kinds", nargs="+", default=["clean", *PLANTS], help="some of them alone")
    args = parser.parse_args()
    about = json.loads((args.tables / "about.json").read_text("utf-8"))
    clean = {f"in time {k}": (in_time(k), "sold", "number") for k in range(5)}
    for name, told in about.items():
        if (
            (told["list"] == "choosing") == args.choosing
            and told["rows"] <= LARGEST
            and len(clean) < EACH
        ):
            table = pl.read_csv(args.tables / f"{name}.csv", infer_schema_length=None)
            clean[name] = (table, told["target"], told["task"])
    lines = {}  # those of kinds that are not measured now stay as they are
    if RESULTS.exists():
        told_before = RESULTS.read_text("utf-8").splitlines()[len(HEAD) :]
        lines = {line.split("|")[1].strip(): line for line in told_before}
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        alarms = []
        for name, (table, target, task) in clean.items() if "clean" in args.kinds else ():
            for each in noticed(table, target, task, folder)[0]:
                alarms.append(f"{name}: {each.told}")
                print(alarms[-1], file=sys.stderr, flush=True)
        if "clean" in args.kinds:
            lines["clean"] = f"| clean | {len(clean)} | {len(alarms)} | {' '.join(alarms)} |"
            print(lines["clean"], flush=True)
        for kind in set(args.kinds) - {"clean"}:
            plant = PLANTS[kind]
            found, out, missed = 0, 0, []
            for number, (name, (table, target, task)) in enumerate(clean.items()):
                rng = np.random.default_rng(number)
                if kind != "future":
                    table = table.sample(fraction=1.0, shuffle=True, seed=number)
                told, left = noticed(
                    plant(table, target, task == "classes", rng, number % 3), target, task, folder
                )
                mine = [
                    e for e in told if e.what == kind and (kind == "rows" or "planted" in e.columns)
                ]
                found += bool(mine)
                out += "planted" in left
                if not mine and "planted" not in left:
                    missed.append(f"{name} ({number % 3}): {[(e.what, e.columns) for e in told]}")
                    print(kind, missed[-1], file=sys.stderr, flush=True)
            lines[kind] = (
                f"| {kind} | {len(clean)} | {found} | {f'{out} left out; ' * bool(out)}"
                f"{'missed: ' * bool(missed)}{', '.join(m.split(' (')[0] for m in missed)} |"
            )
            print(lines[kind], flush=True)
    if not args.choosing:
        text = "\n".join([*HEAD, *(lines[kind] for kind in ("clean", *PLANTS) if kind in lines)])
        RESULTS.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
