"""A hundred million rows on two ranks: memory, rate, and what so many rows are good for.

    python benchmarks/hundred_million.py [--rows 100000000] [--memory 1GB] [--folder /tmp]

Writes a folder of Parquet files, a million rows each, part by part: ten numbers, a category, and a
number to predict, a known function of them plus noise,

    y = s + e,   s = sin 2x₀ + x₁x₂ + |x₃| + ½x₄² + w(kind)(1 + 0.3x₅),   e ~ N(0, 0.8²)

so that no prediction has a higher R² than var(s)/(var(s) + 0.8²). Two ranks of `glassnet train`
stream it for one epoch; then one process learns from a million of the rows in memory, with as many
updates. Both are evaluated on a million further rows. The largest resident memory of a rank is
what the operating system tells of its process. What comes of it goes to hundred_million.json and
.md in benchmarks/results, which the documentation shows; the folder is removed.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

RESULTS = Path(__file__).resolve().parent / "results"
BIN = Path(sys.executable).parent
PART = 1_000_000  # rows of a file
GROUP = 100_000  # of a row group
SAMPLE = 1_000_000
NOISE = 0.8
KINDS = {"blue": -1.0, "gold": 0.0, "green": 0.5, "red": 1.5}
RANKS = 2

# runs a command, and writes down what its process had at most; ranks inherit what mpiexec opened
MEASURED = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[2:], close_fds=False)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
import os
with open(os.path.join(sys.argv[1], "rank-" + os.environ.get("PMI_RANK", "0")), "w") as file:
    file.write(str(peak))
sys.exit(code)
"""


def write(path: Path, part: int, rows: int) -> tuple[float, float]:
    """One file of rows. Returns Σs and Σs² of what can be known of y."""
    import polars as pl

    rng = np.random.default_rng([21, part])
    x = rng.standard_normal((10, rows), dtype=np.float32)
    kind = rng.integers(0, len(KINDS), rows)
    weight = np.array(list(KINDS.values()))[kind]
    s = np.sin(2 * x[0]) + x[1] * x[2] + np.abs(x[3]) + x[4] ** 2 / 2 + weight * (1 + 0.3 * x[5])
    y = s + NOISE * rng.standard_normal(rows)
    columns: dict[str, Any] = {f"x{i}": each for i, each in enumerate(x)}
    columns["kind"] = pl.Series(np.array(list(KINDS))[kind])
    pl.DataFrame(columns | {"y": y}).write_parquet(path, row_group_size=GROUP)
    return float(s.sum()), float((s**2).sum())


def write_folder(folder: Path, rows: int) -> tuple[float, int]:
    """All files of the table. Returns the best R² that there can be, and the bytes written."""
    sums = np.zeros(2)
    for part, first in enumerate(range(0, rows, PART)):
        sums += write(folder / f"part-{part}.parquet", part, min(PART, rows - first))
    spread = sums[1] / rows - (sums[0] / rows) ** 2
    return spread / (spread + NOISE**2), sum(file.stat().st_size for file in folder.iterdir())


def measured(command: list[str], ranks: int) -> dict[str, Any]:
    """What glassnet says as JSON, with its seconds and the peak memory of each rank in bytes."""
    with tempfile.TemporaryDirectory() as told:
        launch = [str(BIN / "mpiexec"), "-n", str(ranks)] if ranks > 1 else []
        glassnet = [str(BIN / "glassnet"), *command, "--json"]
        began = time.perf_counter()
        out = subprocess.run(
            [*launch, sys.executable, "-c", MEASURED, told, *glassnet],
            stdout=subprocess.PIPE, check=True, text=True,
        ).stdout  # fmt: skip
        seconds = time.perf_counter() - began
        peaks = [1024 * int(each.read_text()) for each in sorted(Path(told).iterdir())]
    return json.loads(out) | {"wall": seconds, "peaks": peaks}


def trained(data: Path, model: Path, fresh: Path, ranks: int, *options: str) -> dict[str, Any]:
    """Figures of a training, and of its model on fresh rows."""
    command = ["train", str(data), "--target", "y", "--out", str(model), *options]
    found = measured(command, ranks)
    told = measured(["evaluate", str(model), str(fresh)], 1)
    return {
        "rows": found["train_rows"] + found["test_rows"],
        "ranks": ranks,
        "epochs": found["epochs"],
        "updates": found["steps"],
        "hidden": found["settings"]["hidden"],
        "wall": found["wall"],
        "training_seconds": found["seconds"],
        "rows_a_second": found["train_rows"] * found["epochs"] / found["seconds"],
        "peaks": found["peaks"],
        "test_r2": found["metrics"]["r2"],
        "fresh_r2": told["estimate"]["figures"]["r2"],
    }


def run(rows: int, memory: str, within: str | None) -> dict[str, Any]:
    load = os.getloadavg()
    with tempfile.TemporaryDirectory(dir=within, prefix="hundred-million-") as room:
        folder, fresh = Path(room) / "rows", Path(room) / "fresh.parquet"
        folder.mkdir()
        began = time.perf_counter()
        best, size = write_folder(folder, rows)
        print(
            f"{rows:,} rows, {size / 1e9:.2f} GB: {time.perf_counter() - began:.0f} s", flush=True
        )
        write(fresh, 10**6, PART)
        streamed = trained(
            folder, Path(room) / "all.gn", fresh, RANKS, "--memory", memory, "--epochs", "1"
        )
        print(json.dumps(streamed), flush=True)
        part = Path(room) / "part-0.parquet"
        write(part, 0, min(SAMPLE, rows))
        epochs = max(round(streamed["updates"] * 1024 / (0.8 * min(SAMPLE, rows))), 1)
        sample = trained(part, Path(room) / "some.gn", fresh, 1, "--epochs", str(epochs))
        print(json.dumps(sample), flush=True)
    return {
        "rows": rows, "bytes": size, "memory": memory, "cores": os.cpu_count(),
        "load_before": load[0], "load_after": os.getloadavg()[0],
        "best_r2": best, "streamed": streamed, "sample": sample,
    }  # fmt: skip


def table(found: dict[str, Any]) -> str:
    """The figures as Markdown."""
    all_rows, some = found["streamed"], found["sample"]

    def r2(of: dict[str, Any]) -> str:
        at = of["fresh_r2"]
        return f"{at['value']:.4f} ({at['low']:.4f} – {at['high']:.4f})"

    def peak(of: dict[str, Any]) -> str:
        return " and ".join(f"{each / 1e6:.0f} MB" for each in of["peaks"])

    rows = [
        ("rows", *(f"{of['rows']:,}" for of in (all_rows, some))),
        ("read", f"streamed, `--memory {found['memory']}`", "whole, in memory"),
        ("ranks", *(str(of["ranks"]) for of in (all_rows, some))),
        ("epochs, updates", *(f"{of['epochs']}, {of['updates']:,}" for of in (all_rows, some))),
        ("memory of a rank at most", peak(all_rows), peak(some)),
        (
            "rows a second while training",
            *(f"{of['rows_a_second']:,.0f}" for of in (all_rows, some)),
        ),
        ("the whole command, seconds", *(f"{of['wall']:,.0f}" for of in (all_rows, some))),
        ("R² on its own test rows", *(f"{of['test_r2']:.4f}" for of in (all_rows, some))),
        ("R² on a million fresh rows", r2(all_rows), r2(some)),
    ]
    lines = ["| | all rows | a sample |", "|---|---|---|", *(f"| {' | '.join(r)} |" for r in rows)]
    told = (
        f"{found['rows']:,} rows, {found['bytes'] / 1e9:.1f} GB of Parquet, on {found['cores']} "
        f"cores; no prediction has an R² above {found['best_r2']:.4f}. The machine "
        f"had other work, a load of {found['load_before']:.1f} before the run."
    )
    return "\n".join([*lines, "", told]) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000_000)
    parser.add_argument("--memory", default="1GB")
    parser.add_argument("--folder", help="where the rows are written for the time of the run")
    parser.add_argument("--out", type=Path, default=RESULTS / "hundred_million.json")
    chosen = parser.parse_args()
    found = run(chosen.rows, chosen.memory, chosen.folder)
    chosen.out.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    chosen.out.with_suffix(".md").write_text(table(found))
    print(table(found))


if __name__ == "__main__":
    main()
