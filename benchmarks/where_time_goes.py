"""Where the time of a training goes: each part alone, on the same shapes, beside the whole.

    python benchmarks/where_time_goes.py W3 [--threads 1] [--json]

What a part costs alone it may cost more in its place, where others have taken the caches: that
difference is in `overhead`, with the calls between the parts.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from statistics import median
from typing import Any

_parser = argparse.ArgumentParser()
_parser.add_argument("workload", choices=["W2", "W3", "W4"])
_parser.add_argument("--threads", type=int, default=os.cpu_count())
_parser.add_argument("--json", action="store_true")


def parts(w: Any) -> dict[str, list[Callable[[], Any]]]:
    """The calls of one step by part, as training/plan.py makes them."""
    from functools import partial

    import numpy as np

    from glassnet.training import plan

    net = network(w)
    rule = optimizer(w)
    size, rng = w.batch_size, np.random.default_rng(0)
    index = rng.permutation(len(w.X))[:size]
    step = plan.Plan(net, w.X, w.y, None, size)
    step(index, rng)  # its arrays now hold a step's numbers

    found: dict[str, list[Callable[[], Any]]] = {name: [] for name in PARTS}
    x = np.take(w.X, index, axis=0)
    found["gather"] = [
        partial(np.take, w.X, index, axis=0, out=np.empty_like(x), mode="clip"),
        partial(w.y.__getitem__, index),
    ]
    ones = np.ones(size, net.dtype)
    last = len(net.dense_layers) - 1
    for number, layer in enumerate(net.dense_layers):
        z = np.dot(x, layer.W.T)
        delta, a = z * np.float32(1e-3), np.empty_like(z)
        found["products"] += [
            partial(np.dot, x, layer.W.T, out=np.empty_like(z)),
            partial(np.dot, delta.T, x, out=np.empty_like(layer.dW)),
        ]
        if number > 0:
            found["products"].append(partial(np.dot, delta, layer.W, out=np.empty_like(x)))
        found["biases"] += [
            partial(np.add, z, layer.b, np.empty_like(z)),
            partial(np.dot, ones, delta, out=np.empty_like(layer.db)),
        ]
        if number < last:
            forward = plan.activate(layer.activation, z, a)
            for call in forward:
                call()
            backward = plan.deactivate(layer.activation, delta.copy(), z, a, delta)
            found["activations"] += [*forward, *backward]
            x = a
    found["loss"] = [partial(step.output, w.y[index], None)]
    theta, grad = net.theta[: net.n_learned].copy(), net.grad[: net.n_learned]
    found["optimizer"] = [partial(rule.step, theta, grad, 1.0)]
    return found


PARTS = ("products", "biases", "activations", "loss", "optimizer", "gather")


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

    w: Any = load(name)
    steps = w.epochs * len(w.X) / w.batch_size  # the last batch counts by its rows

    def whole() -> float:
        net, rule = network(w), optimizer(w)
        start = time.perf_counter()
        gn.fit(
            net, w.X, w.y,
            epochs=w.epochs, batch_size=w.batch_size, optimizer=rule, progress=False,
        )  # fmt: skip
        return time.perf_counter() - start

    whole()
    total = median(whole() for _ in range(3)) / steps

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
