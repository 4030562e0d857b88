"""float32 beside float64: the time and the result of W1 to W4 in each, interleaved.

    python benchmarks/dtypes.py [--rounds 3]

Each measurement is a process of its own; W1 is float64 by nature and shown for both.
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from typing import Any


def once(name: str, dtype: str) -> dict[str, Any]:
    """One training after a warm-up: seconds, loss, accuracy."""
    import numpy as np
    from workloads import Worked, load

    import glassnet as gn

    w: Any = load(name)
    if isinstance(w, Worked):
        layers = [gn.Dense(2, 2, "sigmoid", bias="frozen", W=W, b=b) for W, b in zip(w.W, w.b)]
        net = gn.Network(layers, "squared_error", dtype=dtype)
        x, y = np.array([w.x]), np.array([w.y])
        start = time.perf_counter()
        rule = gn.SGD(w.learning_rate)
        gn.fit(net, x, y, epochs=w.steps, batch_size=1, optimizer=rule, progress=False)
        seconds = time.perf_counter() - start
        return {"seconds": seconds, "loss": w.error(net.predict_proba(x)[0]), "accuracy": None}
    found: dict[str, Any] = {}
    for work in (w.warm_up(), w):
        net = gn.Network.dense(w.sizes, hidden="relu", output="softmax", seed=0, dtype=dtype)
        rate = w.learning_rate
        rule = gn.Adam(rate) if w.optimizer == "adam" else gn.Momentum(rate, momentum=0.9)
        X = work.X.astype(dtype)
        start = time.perf_counter()
        gn.fit(
            net, X, work.y,
            epochs=work.epochs, batch_size=w.batch_size, optimizer=rule, progress=False,
        )  # fmt: skip
        found = {"seconds": time.perf_counter() - start}
    return found | w.check([(layer.W, layer.b) for layer in net.dense_layers])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--once", nargs=2, metavar=("WORKLOAD", "DTYPE"))
    args = parser.parse_args()
    if args.once:
        print(json.dumps(once(*args.once)))
        return
    print(f"{'':<4}{'dtype':<9}{'time':>11}{'×':>7}{'loss':>13}{'accuracy':>10}")
    for name in ("W1", "W2", "W3", "W4"):
        seen: dict[str, list[dict[str, Any]]] = {"float32": [], "float64": []}
        for _ in range(args.rounds):
            for dtype, rows in seen.items():
                command = [sys.executable, str(Path(__file__)), "--once", name, dtype]
                rows.append(json.loads(subprocess.check_output(command)))
        base = median(r["seconds"] for r in seen["float32"])
        for dtype, rows in seen.items():
            seconds = median(r["seconds"] for r in rows)
            accuracy = rows[0]["accuracy"]
            right = "" if accuracy is None else f"{accuracy:.4f}"
            print(
                f"{name:<4}{dtype:<9}{1e3 * seconds:>8.1f} ms{seconds / base:>7.2f}"
                f"{rows[0]['loss']:>13.6g}{right:>10}"
            )


if __name__ == "__main__":
    main()
