"""The ledger: published accuracies of dense networks, reproduced.

    python benchmarks/ledger/run.py [ROW ...] [--seeds 5] [--data FOLDER] [--out FILE]
        [--validate] [--rate 0.1] [--epochs 5]

Without a row it goes through all of them and leaves out what stands in the file already, so that
it can be interrupted and gone on with. --data is a folder with MNIST's four files; without it
they are looked for where `glassnet fetch mnist` puts them. The 10,000 test images are read once,
when a training has ended; --validate reads none of them: it learns from the first 50,000 of the
training images, tells the accuracy on the last 10,000 and writes nothing, which is how what a
source leaves open was chosen.
"""

import argparse
import json
import os
import platform
import statistics
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from rows import ROWS, Row, row

import glassnet as gn

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
Array = Any


def mnist(folder: str | None) -> tuple[Array, Array, Array, Array]:
    """The 60,000 and the 10,000: X in 0 to 1, (N, 784), and labels."""
    sys.path.insert(0, str(HERE.parent))
    import workloads

    if folder is not None:
        os.environ["GLASSNET_MNIST"] = folder
    return workloads.mnist()


def wanted(kind: str, y: Array) -> Array:
    """The targets, as the row has them."""
    if kind == "labels":
        return y
    shares = np.eye(10, dtype=np.float32)[y]
    return shares if kind == "shares" else 2 * shares - 1


def accuracy(net: gn.Network, X: Array, y: Array) -> float:
    """In %."""
    return 100 * float((net.predict_proba(X).argmax(axis=1) == y).mean())


def trained(of: Row, seed: int, X: Array, y: Array) -> tuple[gn.Network, float, list[float]]:
    """The network, the seconds it took, and its losses by epoch."""
    net = of.make(seed)
    fit = dict(of.fit)
    fit["optimizer"] = replace(fit["optimizer"])  # a rule keeps its state
    began = time.perf_counter()
    history = gn.fit(net, X, wanted(of.targets, y), seed=seed, progress=None, **fit)
    return net, time.perf_counter() - began, history["loss"]


def validated(of: Row, data: tuple[Array, ...]) -> None:
    X, y = data[0], data[1]
    net, seconds, losses = trained(of, 0, X[:50_000], y[:50_000])
    told = accuracy(net, X[50_000:], y[50_000:])
    print(f"{of.name}: {told:.2f} % of the last 10,000 training images, loss {losses[-1]:.4f}, "
          f"{seconds:.0f} s")  # fmt: skip


def reproduced(of: Row, seeds: int, data: tuple[Array, ...]) -> dict[str, Any]:
    """The row's entry: accuracy on the test images for each seed, and the seconds."""
    X, y, X_test, y_test = data
    X, y = X[: of.rows], y[: of.rows]
    if of.estimate:
        short = replace(of, fit={**of.fit, "epochs": 1})
        *_, took = trained(short, 0, X[: of.timed], y[: of.timed])[:2]
        seconds = took * len(X) / min(of.timed, len(X))
        print(f"{of.name}: {seconds:.0f} s an epoch", flush=True)
        return {"seconds_an_epoch": seconds, "hours": seconds * of.epochs / 3600}
    found: list[float] = []
    took: list[float] = []
    for seed in range(1 if of.one_seed else seeds):
        net, seconds, _ = trained(of, seed, X, y)
        found.append(accuracy(net, X_test, y_test))
        took.append(seconds)
        print(f"{of.name}, seed {seed}: {found[-1]:.2f} % (published {of.published}), "
              f"{seconds:.0f} s", flush=True)  # fmt: skip
    return {
        "accuracy": found, "median": statistics.median(found), "seconds": statistics.median(took),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="ROW")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--data", metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--validate", action="store_true")
    parser.add_argument("--rate", type=float, help="another learning rate, to try it")
    parser.add_argument("--epochs", type=int, help="another number of epochs, to try it")
    given = parser.parse_args()
    data = mnist(given.data)
    kept = json.loads(given.out.read_text()) if given.out.exists() else {"rows": {}}
    for of in [row(name) for name in given.names] or ROWS:
        if given.rate:
            rule = replace(of.fit["optimizer"], learning_rate=given.rate)
            of = replace(of, fit={**of.fit, "optimizer": rule})
        if given.epochs:
            of = replace(of, fit={**of.fit, "epochs": given.epochs})
        if given.validate:
            validated(of, data)
            continue
        if of.name in kept["rows"] and not given.names:
            continue
        kept["rows"][of.name] = reproduced(of, given.seeds, data)
        kept["machine"] = {"cores": os.cpu_count(), "python": platform.python_version(),
                           "numpy": np.__version__, "glassnet": gn.__version__}  # fmt: skip
        given.out.write_text(json.dumps(kept, indent=1) + "\n")


if __name__ == "__main__":
    main()
