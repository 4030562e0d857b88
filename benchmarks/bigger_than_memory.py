"""A table larger than memory: how much memory training takes, how fast it is, and how good.

    python benchmarks/bigger_than_memory.py [--gigabytes 5] [--memory 900MB] [--folder /tmp]

Writes a Parquet file of 40 numbers, a category and a number to predict, and trains 45-64-32-1 on
it for one epoch by stream. Then, on its first million rows, which fit in memory: the rate of the
same training in memory, and the test figure of both with several seeds. A stream reads in a
second thread: with a core free for it, the rate is that of the slower of reading and training,
while a CPU second pays for both. Each training runs in a process of its own, whose largest
resident memory the operating system tells. The file is removed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

for variable in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{variable}_NUM_THREADS"] = "1"
os.environ.setdefault("POLARS_MAX_THREADS", "1")

import numpy as np  # noqa: E402
import polars as pl  # noqa: E402

from glassnet.core.network import Network  # noqa: E402
from glassnet.data.stream import ArrayBlocks, Stream, block_rows, parse_memory  # noqa: E402
from glassnet.training.loop.stream import fit_stream, score_stream  # noqa: E402

NUMBERS = 40
LANDS = ["alpine", "coast", "forest", "plain", "town"]
GROUP = 65_536  # rows of a row group
ROW_BYTES = 313  # that a row takes in the file
SUBSET = 1_000_000  # rows that fit in memory
BATCH, EPOCHS, SEEDS = 256, 3, 3
TEST = 0.1


def rows_of_table(first: int, n: int) -> pl.DataFrame:
    """Rows whose target is a sum of ridges, a part for the category, and noise."""
    shape = np.random.default_rng(1)
    ridges = shape.normal(size=(NUMBERS, 8)) * 3 / np.sqrt(NUMBERS)
    heights = shape.normal(size=8)
    rng = np.random.default_rng([7, first])
    units = rng.normal(size=(n, NUMBERS))
    land = rng.integers(0, len(LANDS), n)
    y = np.tanh(units @ ridges) @ heights + 0.5 * (land - 2) + 0.5 * rng.normal(size=n)
    raw = units * np.arange(1, NUMBERS + 1) + np.arange(NUMBERS)
    columns: dict[str, Any] = {f"x{i}": raw[:, i] for i in range(NUMBERS)}
    return pl.DataFrame(columns | {"land": np.array(LANDS)[land], "y": y})


def write(path: Path, rows: int) -> None:
    from polars.io.plugins import register_io_source

    def source(*_: Any) -> Iterator[pl.DataFrame]:
        for first in range(0, rows, GROUP):
            yield rows_of_table(first, min(GROUP, rows - first))

    lazy = register_io_source(source, schema=rows_of_table(0, 2).schema)
    lazy.sink_parquet(path, row_group_size=GROUP)


class ParquetBlocks:
    """Row groups of the file as numbers, the category one-hot: (n, 45)."""

    def __init__(self, path: Path, rows: int, limit: int | None = None) -> None:
        self.scan, self.rows = pl.scan_parquet(path), rows
        n = int(self.scan.select(pl.len()).collect().item())
        n = n if limit is None else min(n, limit)
        self.sizes = [min(rows, n - first) for first in range(0, n, rows)]

    def take(self, k: int) -> tuple[np.ndarray, np.ndarray]:
        frame = self.scan.slice(k * self.rows, self.sizes[k]).collect()
        X = np.empty((len(frame), NUMBERS + len(LANDS)))
        X[:, :NUMBERS] = frame.select(pl.col("^x.*$")).to_numpy()
        for i, land in enumerate(LANDS):
            X[:, NUMBERS + i] = (frame["land"] == land).to_numpy()
        return X, frame["y"].to_numpy()


def train(path: Path, memory: str, limit: int | None, epochs: int, seed: int) -> dict[str, Any]:
    """Trains by stream where memory is a size, on arrays where it is "arrays"."""
    size = 10**9 if memory == "arrays" else parse_memory(memory)
    blocks = ParquetBlocks(path, block_rows(size, 8 * (NUMBERS + 2), GROUP), limit)
    began = time.perf_counter()
    if memory == "arrays":
        parts = [blocks.take(k) for k in range(len(blocks.sizes))]
        X, y = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        del parts
        stream = Stream(ArrayBlocks(X, y), "100GB", test=TEST)
    else:
        stream = Stream(blocks, memory, test=TEST)
    learned = stream.learn("number")
    net = Network.dense([NUMBERS + len(LANDS), 64, 32, 1], hidden="relu", seed=seed)
    net.preparation, net.target_scale = learned.preparation, learned.target_scale
    ready = time.perf_counter()
    ends = [(ready, time.process_time())]
    for event in fit_stream(net, stream, epochs=epochs, batch_size=BATCH, seed=seed):
        if hasattr(event, "row"):
            ends.append((time.perf_counter(), time.process_time()))
    rows = round(stream.n * (1 - TEST))
    (wall, cpu), (last_wall, last_cpu) = ends[-2:]
    return {
        "rows": rows,
        "learning s": ready - began,
        "training s": ends[-1][0] - ready,
        "rows/s": rows / (last_wall - wall),
        "rows/CPU s": rows / (last_cpu - cpu),
        "r2": score_stream(net, stream)["r2"],
    }


def in_a_child(*arguments: str) -> dict[str, Any]:
    """What this script prints as a child, and its largest resident memory."""
    with subprocess.Popen(
        [sys.executable, __file__, "--child", *arguments], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        out = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(child.returncode)
    return {**json.loads(out), "peak MB": usage.ru_maxrss * 1024 / 1e6}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--gigabytes", type=float, default=5.0)
    parser.add_argument("--memory", default="900MB")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--file", type=Path, help="one that was written before; it stays")
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.child:
        kind, path, *rest = args.child
        if kind == "write":
            write(Path(path), int(rest[0]))
            print("{}")
        else:
            memory, limit, epochs, seed = rest
            limit = int(limit) or None
            print(json.dumps(train(Path(path), memory, limit, int(epochs), int(seed))))
        return
    with tempfile.TemporaryDirectory(dir=args.folder) as folder:
        path = args.file or Path(folder) / "table.parquet"
        if args.file is None:
            wrote = in_a_child("write", str(path), str(int(args.gigabytes * 1e9 / ROW_BYTES)))
            print(f"written with at most {wrote['peak MB']:.0f} MB of memory")
        print(f"a file of {path.stat().st_size / 1e9:.2f} GB; --memory {args.memory}")
        whole = in_a_child("train", str(path), args.memory, "0", "1", "0")
        _show("all rows, by stream, 1 epoch", whole)
        runs = {
            memory: [
                in_a_child("train", str(path), memory, str(SUBSET), str(EPOCHS), str(seed))
                for seed in range(SEEDS)
            ]
            for memory in ("400MB", "arrays")
        }
    for memory, found in runs.items():
        how = "in memory" if memory == "arrays" else f"by stream in {memory}"
        for seed, run in enumerate(found):
            _show(f"{SUBSET:,} rows, {how}, {EPOCHS} epochs, seed {seed}", run)
    streamed, arrays = (np.array([run["r2"] for run in found]) for found in runs.values())
    error = np.sqrt((streamed.var(ddof=1) + arrays.var(ddof=1)) / SEEDS)
    print(f"R² by stream less in memory: {streamed.mean() - arrays.mean():+.5f} ± {error:.5f}")
    for unit in ("rows/s", "rows/CPU s"):
        rate = np.mean([run[unit] for run in runs["arrays"]])
        print(f"{unit} by stream of all rows: {whole[unit] / rate:.2f} of those in memory")


def _show(title: str, run: dict[str, Any]) -> None:
    print(
        f"{title}: {run['rows']:,} rows, {run['rows/s']:,.0f} rows/s ({run['rows/CPU s']:,.0f} "
        f"a CPU second), peak {run['peak MB']:.0f} MB, R² {run['r2']:.4f}; "
        f"learning {run['learning s']:.1f} s, training {run['training s']:.1f} s",
        flush=True,
    )


if __name__ == "__main__":
    main()
