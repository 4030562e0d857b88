"""How many BLAS threads serve which size: the time of a training step with one and with all.

    python benchmarks/threads.py

What it finds is what `glassnet.runtime.threads` is told; see there.
"""

import os
import time
from itertools import pairwise
from statistics import median

import numpy as np

import glassnet as gn

CASES = (
    ((64, 256, 10), 32), ((64, 256, 10), 128), ((256, 128, 10), 64), ((256, 256, 10), 64),
    ((784, 64, 10), 128), ((256, 256, 10), 128), ((784, 128, 10), 128), ((784, 256, 10), 128),
    ((512, 512, 10), 128), ((784, 1024, 10), 256),
)  # fmt: skip
STEPS, ROUNDS = 120, 7


def step(sizes: tuple[int, ...], batch: int, threads: int) -> float:
    """Microseconds of a training step."""
    rng = np.random.default_rng(0)
    X = rng.random((batch * STEPS, sizes[0]), dtype=np.float32)
    y = rng.integers(0, sizes[-1], len(X))
    net = gn.Network.dense(sizes, hidden="relu", output="softmax")
    gn.fit(net, X[: 4 * batch], y[: 4 * batch], batch_size=batch, progress=False, threads=threads)
    start = time.perf_counter()
    gn.fit(net, X, y, epochs=1, batch_size=batch, progress=False, threads=threads)
    return 1e6 * (time.perf_counter() - start) / STEPS


def main() -> None:
    cores = os.cpu_count() or 1
    print(
        f"{'network':<16}{'batch':>6}{'largest product':>17}{'1 thread':>11}{f'{cores}':>9}   gain"
    )
    for sizes, batch in CASES:
        seen = [(step(sizes, batch, 1), step(sizes, batch, cores)) for _ in range(ROUNDS)]
        one, all_ = median(s[0] for s in seen), median(s[1] for s in seen)
        largest = batch * max(m * n for m, n in pairwise(sizes)) / 1e6
        print(
            f"{'-'.join(map(str, sizes)):<16}{batch:>6}{largest:>15.1f} M{one:>8.0f} µs"
            f"{all_:>6.0f} µs{one / all_:>7.2f}"
        )


if __name__ == "__main__":
    main()
