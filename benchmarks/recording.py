"""What recording costs: a training step without it, with every step recorded, with each 100th.

    OMP_NUM_THREADS=1 python benchmarks/recording.py

docs/recorded-runs.md has what it finds.
"""

import json
import os
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

import glassnet as gn
from glassnet.training import Recorder, Recording

CASES = (((64, 32, 10), 32, 2000), ((784, 128, 10), 128, 300))  # sizes, batch, steps
WAYS: dict[str, dict[str, Any] | None] = {
    "not recorded": None,
    "every step": {"every": 1},
    "every step, 50 kept": {"every": 1, "keep": 50},
    "every 100 steps": {"every": 100},
}
ROUNDS = 15


def step(sizes: tuple[int, ...], batch: int, steps: int, way: dict[str, Any] | None) -> float:
    """Microseconds of a training step; what comes once, as the data's digest, is left out."""
    rng = np.random.default_rng(0)
    X = rng.random((batch * 100, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], len(X))
    net = gn.Network.dense(sizes, hidden="relu", output="softmax")
    with tempfile.TemporaryDirectory() as folder:
        record = None if way is None else Recorder(Path(folder) / "run", **way)
        events = gn.training.fit(net, X, y, epochs=steps // 100, batch_size=batch, record=record)
        start = time.perf_counter()
        for _ in events:
            pass
        return 1e6 * (time.perf_counter() - start) / steps


def reading(sizes: tuple[int, ...], batch: int) -> tuple[int, float, float, float]:
    """A record's bytes; milliseconds to open a run of 200 steps, take a network, make a step."""
    rng = np.random.default_rng(0)
    X = rng.random((batch * 100, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], len(X))
    net = gn.Network.dense(sizes, hidden="relu", output="softmax")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "run"
        for _ in gn.training.fit(net, X, y, epochs=2, batch_size=batch, record=path):
            pass
        size = json.loads((path / "run.json").read_text())["record"]["bytes"]
        start = time.perf_counter()
        run = Recording.open(path)
        opened = time.perf_counter()
        run.network(150)
        rewound = time.perf_counter()
        rows = run.rows(X, y)
        begun = time.perf_counter()
        run.replay(150, rows)
        replayed = time.perf_counter()
        return size, 1e3 * (opened - start), 1e3 * (rewound - opened), 1e3 * (replayed - begun)


def main() -> None:
    if os.environ.get("OMP_NUM_THREADS") != "1":
        raise SystemExit("set OMP_NUM_THREADS=1: small networks train on one thread.")
    for sizes, batch, steps in CASES:
        seen: dict[str, list[float]] = {name: [] for name in WAYS}
        for _ in range(ROUNDS):
            for name, way in WAYS.items():
                seen[name].append(step(sizes, batch, steps, way))
        size, opened, rewound, replayed = reading(sizes, batch)
        print(f"{'-'.join(map(str, sizes))}, batches of {batch}: {size:,} bytes a record")
        print(f"  opened in {opened:.1f} ms, a network in {rewound:.1f}, a step in {replayed:.1f}")
        plain = min(seen["not recorded"])  # the least: what else the machine does only adds
        for name, times in seen.items():
            print(f"  {name:<20} {min(times):>7.0f} µs a step  {min(times) / plain - 1:>+7.0%}")


if __name__ == "__main__":
    main()
