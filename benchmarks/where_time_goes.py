"""Where the time of a training goes: each part alone, on the same shapes, beside the whole.

    python benchmarks/where_time_goes.py W3 [--threads 1] [--json]

What a part costs alone it may cost more in its place, where others have taken the caches: that
difference is in `overhead`, with the calls between the parts. `gather` takes other rows each time,
as an epoch does; `before` is what a training does before its first step, by step: rows and
settings are checked, and the plan is made.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from itertools import count
from statistics import median
from typing import Any

_parser = argparse.ArgumentParser()
_parser.add_argument("workload", choices=["W2", "W3", "W4"])
_parser.add_argument("--threads", type=int, default=os.cpu_count())
_parser.add_argument("--json", action="store_true")


def parts(w: Any) -> dict[str, list[Callable[[], Any]]]:
    """The calls of one step by part, those that training/loop/fast_pass.py makes."""
    from functools import partial

    import numpy as np

    from glassnet.training.loop.fast_pass import Plan
    from glassnet.training.loop.fast_update import update_for

    net, rule, size = network(w), optimizer(w), w.batch_size
    order = np.random.default_rng(0).permutation(len(w.X))
    index = order[:size]
    step = Plan(net, w.X, w.y, None, size)
    step(index, None)  # its arrays now hold a step's numbers
    learned, grad = net.theta[: net.n_learned], net.grad[: net.n_learned]
    return {
        **step.parts,
        "loss": [partial(step.output, w.y[index], None)],
        "optimizer": [partial(update_for(rule, learned.copy(), grad.copy()), 1.0)],
        "gather": [partial(_gather, step, w.y, order, count())],
    }


def _gather(step: Any, y: Any, order: Any, turns: Any) -> None:
    """The next rows of an epoch, round and round."""
    first = next(turns) % (len(order) // step.size) * step.size
    index = order[first : first + step.size]
    step.X.take(index, axis=0, out=step.x, mode="clip")
    y[index]


def network(w: Any) -> Any:
    import glassnet as gn

    return gn.Network.dense(w.sizes, hidden="relu", output="softmax", seed=0)


def optimizer(w: Any) -> Any:
    import glassnet as gn

    rate = w.learning_rate
    return gn.Adam(rate) if w.optimizer == "adam" else gn.Momentum(rate, momentum=0.9)


def measure(name: str) -> dict[str, Any]:
    """Microseconds a step of each part, of the whole, and what is left over."""
    import time

    from workloads import load

    import glassnet as gn
    from glassnet.training import fit

    w: Any = load(name)
    steps = w.epochs * len(w.X) / w.batch_size  # the last batch counts by its rows

    def whole() -> tuple[float, float]:
        """Seconds of all, and of what is before the first step."""
        net, rule = network(w), optimizer(w)
        settings = {"epochs": w.epochs, "batch_size": w.batch_size, "optimizer": rule}
        start = time.perf_counter()
        fit(net, w.X, w.y, **settings)  # no step is made before the first event is asked for
        ready = time.perf_counter()
        gn.fit(net, w.X, w.y, progress=False, **settings)
        return time.perf_counter() - ready, ready - start

    whole()
    times = [whole() for _ in range(3)]
    total = median(each for each, _ in times) / steps

    def alone(calls: list[Callable[[], Any]]) -> float:
        """Seconds a step; the loop's own cost is taken off."""
        repeat, times = 4, []
        while sum(times) < 0.3 or len(times) < 5:
            start = time.perf_counter()
            for _ in range(repeat):
                for call in calls:
                    call()
            times.append(time.perf_counter() - start)
            if times[-1] < 0.01:
                repeat, times = repeat * 2, []
        return median(times) / repeat

    us = {part: 1e6 * alone(calls) for part, calls in parts(w).items()}
    us["before"] = 1e6 * median(before for _, before in times) / steps
    us["overhead"] = 1e6 * total - sum(us.values())
    return {
        "workload": name,
        "us_per_step": {k: round(v, 2) for k, v in us.items()},
        "total_us_per_step": round(1e6 * total, 2),
        "products_share": us["products"] / (1e6 * total),
    }


def main() -> None:
    args = _parser.parse_args()
    if os.cpu_count() != args.threads:
        for variable in ("OMP", "OPENBLAS", "MKL"):
            os.environ[f"{variable}_NUM_THREADS"] = str(args.threads)
    for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
        os.environ.pop(variable, None)
    found = measure(args.workload) | {"threads": args.threads}
    if args.json:
        print(json.dumps(found))
    else:
        print(text(found))


def text(found: dict[str, Any]) -> str:
    """A table of the parts, a line each."""
    total = found["total_us_per_step"]
    lines = [f"{found['workload']}: {total:,.1f} µs a step, {found['threads']} threads"]
    for part, us in found["us_per_step"].items():
        lines.append(f"  {part:<12} {us:>10,.1f} µs  {us / total:>6.1%}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
