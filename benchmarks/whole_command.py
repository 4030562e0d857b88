"""How long `glassnet train` takes in all beside its training alone, on a table as large as adult.

    python benchmarks/whole_command.py [ROWS]

32,000 rows of 14 columns are made, six of numbers and eight of words, with two classes; one is
rarer, and some cells are missing. On a machine that does other things the clock tells little: so
the processor's seconds too, of the command, of the same with the penalty given, and of that with a
single epoch; what the last two differ by is the training. One thread.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

TRAIN = [sys.executable, "-m", "glassnet", "train"]
LEVELS = (9, 16, 7, 15, 6, 5, 2, 42)


def made(path: Path, rows: int) -> None:
    rng = np.random.default_rng(0)
    numbers = rng.normal(size=(rows, 6)) @ rng.normal(size=(6, 6))
    words = np.stack([rng.geometric(0.3, rows).clip(max=n) - 1 for n in LEVELS], axis=1)
    pull = numbers @ rng.normal(size=6) * 0.3 + np.tanh(numbers[:, 0] * numbers[:, 1])
    pull += sum(rng.normal(size=n)[words[:, j]] for j, n in enumerate(LEVELS))
    y = pull + rng.logistic(size=rows) > np.quantile(pull, 0.75)
    gone = rng.random(rows) < 0.05
    with path.open("w") as file:
        names = [f"n{i}" for i in range(6)] + [f"w{i}" for i in range(8)]
        file.write(",".join([*names, "income"]) + "\n")
        for i in range(rows):
            cells = [f"{x:.2f}" for x in numbers[i]] + [f"level {k}" for k in words[i]]
            if gone[i]:
                cells[7] = "?"
            file.write(",".join([*cells, ">50K" if y[i] else "<=50K"]) + "\n")


def seconds(*arguments: object) -> tuple[float, float, dict[str, float]]:
    """Wall and processor seconds of a command, and what its document tells."""
    one = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*TRAIN, *map(str, arguments), "--json"], env=os.environ | one, capture_output=True,
        text=True, check=True,
    )  # fmt: skip
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - began, used, json.loads(done.stdout)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 32_000
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "adult.csv"
        made(path, rows)
        given = (path, "--target", "income", "--threads", "1")
        wall, used, told = seconds(*given)
        alone = told["seconds"]
        l2 = ("--l2", told["settings"]["l2"])
        _, without, _ = seconds(*given, *l2)
        _, rest, _ = seconds(*given, *l2, "--epochs", 1)
        training = without - rest
        print(f"{rows:,} rows: accuracy {told['metrics']['accuracy']:.4f}")
        print(
            f"the command {wall:.1f} s, its training {alone:.1f} s by the clock: {wall / alone:.2f}"
        )
        print(
            f"by the processor {used:.1f} s, {used - without:.1f} s of them trials, training "
            f"{training:.1f} s: {used / training:.2f}"
        )


if __name__ == "__main__":
    main()
