"""A long run with dead units: do its epochs get slower? Denormal numbers made them so.

    python benchmarks/long_run.py [--minutes 10]

Digits on 64-256-10. After 50 epochs half of the hidden neurons die (their bias is set far below
0): their gradients are 0 from then on, and Adam's moments of them halve and halve. Then the same
again without the flush that keeps moments out of the denormals.
"""

import argparse
import os
import time
from statistics import median

for variable in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{variable}_NUM_THREADS"] = "1"

import numpy as np  # noqa: E402
from workloads import digits  # noqa: E402

import glassnet as gn  # noqa: E402
from glassnet.training.loop import fast_update  # noqa: E402

NEVER = 2**60


def run(seconds: float, flush_every: int) -> tuple[list[float], float]:
    """Milliseconds of every epoch after the death, and the share of moments that are denormal."""
    fast_update.FLUSH_EVERY = flush_every
    X, y, *_ = digits()
    net = gn.Network.dense([64, 256, 10], hidden="relu", output="softmax")
    rule = gn.Adam(1e-3)
    ends: list[float] = []

    def watch(event):
        if not hasattr(event, "row"):
            return None
        ends.append(time.perf_counter())
        if len(ends) == 50:
            net.dense_layers[0].b[:128] = -1e3
        return "stop" if ends[-1] > ends[0] + seconds else None

    gn.fit(
        net, X, y, epochs=10**7, batch_size=128, optimizer=rule, callbacks=[watch], progress=False
    )  # fmt: skip
    smallest = np.finfo(np.float32).smallest_normal
    moments = np.abs(np.concatenate(list(rule.state.values())))
    denormal = float(((moments > 0) & (moments < smallest)).mean())
    return (1e3 * np.diff(ends[50:])).tolist(), denormal


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=10.0)
    args = parser.parse_args()
    for title, flush_every in (("with the flush", fast_update.FLUSH_EVERY), ("without", NEVER)):
        times, denormal = run(60 * args.minutes, flush_every)
        tenths = [f"{median(part):.2f}" for part in np.array_split(times, 10)]
        print(f"{title}: {len(times):,} epochs; ms an epoch, by tenths of the run:")
        print(f"  {' '.join(tenths)}; {denormal:.1%} of the moments are denormal at the end")


if __name__ == "__main__":
    main()
