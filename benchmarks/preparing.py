"""Reading and preparing tables, measuring and predicting, at the sizes that hurt.

    python benchmarks/preparing.py [--rows 1000000] [--folder /tmp] [--commands]

In this process, by the processor's seconds, the best of three: N rows of 20 numbers are prepared
and their kinds learned, 5,000 columns likewise, N rows of ten classes measured. With --commands
also, each in a process of its own: twice as many rows in a CSV file predicted, and a Parquet file
trained on with --memory 300MB; told are seconds by the clock and the most memory it held.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for variable in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{variable}_NUM_THREADS"] = "1"
os.environ["POLARS_MAX_THREADS"] = "1"

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402

import glassnet as gn  # noqa: E402
from glassnet.data.table.preparation import TablePreparation  # noqa: E402
from glassnet.training.rows import Rows, measure  # noqa: E402

COLUMNS, WIDE = 20, 5_000


def told(what: str, go: Callable[[], Any], times: int = 3) -> Any:
    """What go returns; its best time is printed."""
    least, found = float("inf"), None
    for _ in range(times):
        began = time.process_time()
        found = go()
        least = min(least, time.process_time() - began)
    print(f"{what}: {least:.3f} s", flush=True)
    return found


def table(X: np.ndarray) -> pl.DataFrame:
    return pl.DataFrame(X, schema=[f"x{i}" for i in range(X.shape[1])])


def in_this_process(rows: int) -> None:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, COLUMNS)).astype(np.float32)
    of = f"{rows:,} rows of {COLUMNS} numbers"
    learned = told(f"{of}, means and scales learned", lambda: gn.Preparation.learn(X))
    told(f"{of}, prepared", lambda: learned.apply(X))
    frame = table(X)
    columns = told(f"{of}, a table's kinds learned", lambda: TablePreparation.learn(frame))
    told(f"{of}, the table prepared", lambda: columns.apply(frame))
    wide = table(rng.normal(size=(1_000, WIDE)))
    kinds = told(f"{WIDE:,} columns of 1,000 rows learned", lambda: TablePreparation.learn(wide))
    told(f"{WIDE:,} columns of 1,000 rows prepared", lambda: kinds.apply(wide))
    net = gn.Network.dense([COLUMNS, 16, 10])
    net.classes = list(range(10))
    y = rng.integers(0, 10, rows)
    told(f"{rows:,} rows of ten classes measured", lambda: measure(net, Rows(X, y, None)))


def command(what: str, *words: str) -> None:
    """Seconds of `glassnet WORDS` by the clock, and the most memory that it held."""
    began = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "glassnet", *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds, MB = time.perf_counter() - began, used.ru_maxrss * 1024 / 1e6
    cpu = used.ru_utime + used.ru_stime
    ended = f", ended with {child.returncode}" if child.returncode else ""
    print(f"{what}: {seconds:.1f} s ({cpu:.1f} of the processor), {MB:,.0f} MB{ended}", flush=True)


def write(rows: int, folder: Path) -> None:
    """The tables that the commands read: few.csv, many.csv of twice the rows, many.parquet."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(rows, COLUMNS)).round(4)
    y = np.where(X[:, 0] + np.tanh(X[:, 1]) > 0.5 * X[:, 2], "yes", "no")
    frame = table(X).with_columns(pl.Series("answer", y))
    frame.head(20_000).write_csv(folder / "few.csv")
    pl.concat([frame, frame]).drop("answer").write_csv(folder / "many.csv")
    frame.write_parquet(folder / "many.parquet", row_group_size=65_536)


def by_commands(rows: int, folder: Path) -> None:
    # in a process of its own: what this one holds would count for those that it starts
    here = [sys.executable, __file__, "--rows", str(rows), "--write", str(folder)]
    subprocess.run(here, check=True)
    few, many, parquet, model = (
        str(folder / name) for name in ("few.csv", "many.csv", "many.parquet", "net.safetensors")
    )
    command("20,000 rows trained on", "train", few, "--target", "answer", "--epochs", "3",
            "--l2", "0.0001", "--out", model)  # fmt: skip
    answers = str(folder / "answers.csv")
    command(f"{2 * rows:,} rows of CSV predicted", "predict", model, many, "--out", answers)
    command(f"{rows:,} rows of Parquet trained on with --memory 300MB", "train", parquet,
            "--target", "answer", "--epochs", "1", "--memory", "300MB")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--commands", action="store_true")
    parser.add_argument("--write", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.write:
        write(args.rows, args.write)
        return
    if args.commands:
        with tempfile.TemporaryDirectory(dir=args.folder) as folder:
            by_commands(args.rows, Path(folder))
    in_this_process(args.rows)


if __name__ == "__main__":
    main()
