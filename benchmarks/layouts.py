"""A step's products by each call and each layout that NumPy offers.

    python benchmarks/layouts.py [--rounds 15] [--threads 1]

Of W2, W3 and W4 every product of a step: by `np.dot` and by `np.matmul` into an array that is
there; with W's rows or its columns contiguous; in arrays that begin at a multiple of 64 bytes, or
16 bytes behind one, as the allocator hands out large ones. All take turns; the processor's seconds
are counted, and the best of all rounds is told. Last, Adam's one pass over theta in such arrays.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from itertools import pairwise
from typing import Any

ask = argparse.ArgumentParser()
ask.add_argument("--rounds", type=int, default=15)
ask.add_argument("--threads", type=int, default=1)
args = ask.parse_args()
for variable in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{variable}_NUM_THREADS"] = str(args.threads)
for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)
import numpy as np  # noqa: E402
from workloads import Training, load  # noqa: E402

sys.path.pop(0)

RNG = np.random.default_rng(0)
Calls = dict[str, Callable[[], Any]]


def array(*shape: int, behind: int = 0) -> Any:
    """Normal numbers in float32, which begin so many bytes behind a multiple of 64."""
    n = int(np.prod(shape))
    room = np.empty(4 * n + 128, np.uint8)
    begin = -room.ctypes.data % 64 + behind
    made = room[begin : begin + 4 * n].view(np.float32).reshape(shape)
    made[...] = RNG.normal(size=shape)
    return made


def ways(n_in: int, n_out: int, batch: int) -> dict[str, Calls]:
    """Of a layer's three products, each way to make it."""
    found: dict[str, Calls] = {"forward": {}, "dW": {}, "back": {}}
    for name, behind in (("", 0), (", unaligned", 16)):
        x, W, delta = (
            array(*shape, behind=behind) for shape in ((batch, n_in), (n_out, n_in), (batch, n_out))
        )
        columns = array(n_in, n_out, behind=behind).T
        z, dW = array(batch, n_out, behind=behind), array(n_out, n_in, behind=behind)
        dV, before = array(n_in, n_out, behind=behind), array(batch, n_in, behind=behind)
        for call, how in (("dot", np.dot), ("matmul", np.matmul)):
            own = f"{call}{name}"
            found["forward"][own] = partial(how, x, W.T, out=z)
            found["forward"][f"{own}, columns"] = partial(how, x, columns.T, out=z)
            found["dW"][own] = partial(how, delta.T, x, out=dW)
            found["dW"][f"{own}, columns"] = partial(how, x.T, delta, out=dV)
            found["back"][own] = partial(how, delta, W, out=before)
            found["back"][f"{own}, columns"] = partial(how, delta, columns, out=before)
    return found


def best_of(calls: Calls, seconds: float = 0.02) -> dict[str, float]:
    """Microseconds of each, in turn, the least of all rounds."""
    least = dict.fromkeys(calls, np.inf)
    began = time.process_time()
    next(iter(calls.values()))()
    repeat = max(1, int(seconds / max(time.process_time() - began, 1e-6)))
    for _ in range(args.rounds):
        for name, call in calls.items():
            began = time.process_time()
            for _ in range(repeat):
                call()
            least[name] = min(least[name], 1e6 * (time.process_time() - began) / repeat)
    return least


def updates(n: int) -> Calls:
    """Adam's update of n numbers, in arrays of either beginning."""

    def update(behind: int) -> Callable[[], Any]:
        theta, grad, m, v, work = (array(n, behind=behind) for _ in range(5))
        v[...] = 0

        def go() -> None:  # the textbook's lines, into arrays that are there
            np.multiply(m, 0.9, out=m)
            np.multiply(grad, 0.1, out=work)
            np.add(m, work, out=m)
            np.multiply(v, 0.999, out=v)
            np.multiply(grad, grad, out=work)
            np.multiply(work, 0.001, out=work)
            np.add(v, work, out=v)
            np.sqrt(v, out=work)
            np.add(work, 1e-8, out=work)
            np.divide(m, work, out=work)
            np.multiply(work, 0.001, out=work)
            np.subtract(theta, work, out=theta)

        return go

    return {"aligned": update(0), "unaligned": update(16)}


def main() -> None:
    for name in ("W2", "W3", "W4"):
        w = load(name)
        assert isinstance(w, Training)
        print(f"{name}, {args.threads} thread(s), µs")
        for n_in, n_out in pairwise(w.sizes):
            for product, calls in ways(n_in, n_out, w.batch_size).items():
                found = best_of(calls)
                told = "; ".join(f"{way} {each:,.1f}" for way, each in found.items())
                print(f"  {n_in}-{n_out} {product}: {told}", flush=True)
        n = sum(a * b + b for a, b in pairwise(w.sizes))
        told = "; ".join(f"{k} {v:,.1f}" for k, v in best_of(updates(n)).items())
        print(f"  an update of {n:,} numbers: {told}", flush=True)


if __name__ == "__main__":
    main()
