"""What a step of W2, W3 and W4 takes: by NumPy, compiled, and its products alone.

    python benchmarks/steps.py [--rounds 7] [--only W2,W2-float64]

A step is one of an epoch of `gn.fit`, all that surrounds it included: the difference of a training
of several epochs and of one of fewer, by its steps. The two ways and the products take turns, and
the processor's seconds are counted, so that other programs of the machine disturb little; the best
of all rounds is told. One thread, as a second one's waiting would count too.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from typing import Any

for variable in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{variable}_NUM_THREADS"] = "1"
for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)
import numpy as np  # noqa: E402
from where_time_goes import network, optimizer  # noqa: E402
from workloads import Training, load  # noqa: E402

import glassnet as gn  # noqa: E402
from glassnet.training.loop.fast_pass import Plan  # noqa: E402

sys.path.pop(0)  # numba asks for a module coverage, and would find the one of this folder

NAMES = ("W2", "W2-float64", "W3", "W3-float64", "W4")
EPOCHS = {"W2": (5, 25), "W3": (1, 2), "W4": (1, 2)}  # of the shorter and the longer training


def seconds(go: Callable[[], Any]) -> float:
    began = time.process_time()
    go()
    return time.process_time() - began


def step_by(w: Training, compiled: bool) -> float:
    """Seconds of a step, of one round."""

    def train(epochs: int) -> None:
        net = network(w).astype(w.dtype)
        gn.fit(
            net, w.X, w.y, epochs=epochs, batch_size=w.batch_size, optimizer=optimizer(w),
            progress=False, threads=1, compiled=compiled,
        )  # fmt: skip

    few, many = EPOCHS[w.name[:2]]
    whole = len(w.X) / w.batch_size  # the last batch counts by its rows
    return (seconds(lambda: train(many)) - seconds(lambda: train(few))) / (many - few) / whole


def products_of(w: Training) -> float:
    """Seconds of the products that a step makes, as NumPy makes them."""
    net = network(w).astype(w.dtype)
    step = Plan(net, w.X, w.y, None, w.batch_size)
    step(np.arange(w.batch_size), None)
    calls = step.parts["products"]
    repeat = max(3, 1_000_000_000 // (w.batch_size * net.theta.size * 6))

    def go() -> None:
        for _ in range(repeat):
            for call in calls:
                call()

    return seconds(go) / repeat


def measure(name: str, rounds: int) -> tuple[float, float, float]:
    """Microseconds of a step by NumPy, of one compiled, and of its products."""
    w = load(name)
    assert isinstance(w, Training)
    step_by(w, True)  # compiles, and loads what was kept
    found = [(step_by(w, False), step_by(w, True), products_of(w)) for _ in range(rounds)]
    by_numpy, compiled, products = (1e6 * min(each) for each in zip(*found))
    return by_numpy, compiled, products


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", default="")
    args = parser.parse_args()
    only = [each for each in args.only.split(",") if each]
    print("| | by NumPy | compiled | × | products alone | products / compiled |")
    print("|---|---|---|---|---|---|")
    for name in NAMES:
        if not only or name in only:
            slow, fast, products = measure(name, args.rounds)
            cells = f"{slow:,.1f} µs | {fast:,.1f} µs | {slow / fast:.1f}"
            print(f"| {name} | {cells} | {products:,.1f} µs | {products / fast:.2f} |", flush=True)


if __name__ == "__main__":
    main()
