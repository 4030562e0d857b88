"""W7: how glassnet's cost grows with samples, width and depth; each point in a fresh process.

python benchmarks/growth.py samples 100000
"""

import json
import math
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

N_IN, BATCH = 32, 128


def points(quick: bool, full: bool) -> dict[str, list[int]]:
    if quick:
        return {"samples": [1_000, 10_000, 100_000], "width": [16, 256], "depth": [1, 8]}
    samples = [1_000, 10_000, 100_000, 1_000_000] + [10_000_000] * full
    return {
        "samples": samples,
        "width": [16, 64, 256, 1024, 4096],
        "depth": [1, 2, 4, 8, 16, 32, 64],
    }


def case(axis: str, value: int) -> tuple[list[int], int]:
    """The network's sizes, and how many samples it sees."""
    if axis == "samples":
        return [N_IN, 64, 10], value
    if axis == "width":
        # half a second or less of products, and eight steps at least
        steps = max(8, min(400, 2**31 // (BATCH * value * value)))
        return [N_IN, value, value, 10], BATCH * steps
    return [N_IN, *[64] * value, 10], BATCH * 200


def point(axis: str, value: int) -> dict[str, Any]:
    """Trains one epoch: seconds and peak memory beyond what there was before."""
    import numpy as np

    import glassnet as gn

    sizes, n = case(axis, value)
    rng = np.random.default_rng(0)
    net = gn.Network.dense(sizes, hidden="relu", output="softmax")
    warm = rng.standard_normal((3 * BATCH, N_IN), dtype=np.float32)
    gn.fit(net, warm, np.arange(3 * BATCH) % 10, epochs=1, batch_size=BATCH, progress=False)
    X = np.empty((n, N_IN), np.float32)
    for start in range(0, n, 65_536):  # in parts: making them must not leave a peak
        part = X[start : start + 65_536]
        rng.standard_normal(out=part, dtype=np.float32)
    y = np.empty(n, np.int64)
    for start in range(0, n, 65_536):
        y[start : start + 65_536] = X[start : start + 65_536, :10].argmax(axis=1)
    before = _forget_peak()
    began = time.perf_counter()
    run = gn.fit(
        net, X, y, epochs=1, batch_size=BATCH, optimizer=gn.Adam(1e-3), progress=False
    )  # fmt: skip
    seconds = time.perf_counter() - began
    assert math.isfinite(run["loss"][-1])
    return {
        "axis": axis, "value": value, "sizes": sizes, "samples": n, "seconds": seconds,
        "us_per_sample": 1e6 * seconds / n, "data_mb": (X.nbytes + y.nbytes) / 2**20,
        "extra_mb": _peak_mb() - before, "loss": run["loss"][-1],
    }  # fmt: skip


def _forget_peak() -> float:
    """Sets this process's peak back where Linux lets it; the memory in use now, MiB."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return _peak_mb()
    return _peak_mb()


def _peak_mb() -> float:
    try:
        return int(Path("/proc/self/status").read_text().split("VmHWM:")[1].split()[0]) / 1024
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(python: Path, env: dict[str, str], quick: bool, full: bool) -> dict[str, Any]:
    """Every point, and of the samples the power that time grows by and memory's slope."""
    rows: list[dict[str, Any]] = []
    for axis, values in points(quick, full).items():
        for value in values:
            command = [str(python), __file__, axis, str(value)]
            done = subprocess.run(command, env=env, capture_output=True, text=True)
            if done.returncode:
                last = (done.stderr.splitlines() or ["no word"])[-1]
                rows.append({"axis": axis, "value": value, "failed": last})
            else:
                rows.append(json.loads(done.stdout.splitlines()[-1]))
    by_samples = [r for r in rows if r["axis"] == "samples" and "failed" not in r]
    found: dict[str, Any] = {"points": rows}
    if len(by_samples) >= 3:
        # from 10,000 on: below, what a call of fit costs once still shows
        first, last = by_samples[1], by_samples[-1]
        factor = last["samples"] / first["samples"]
        found["exponent"] = math.log(last["seconds"] / first["seconds"]) / math.log(factor)
        grown = (last["extra_mb"] - first["extra_mb"]) * 2**20
        found["extra_bytes_per_sample"] = grown / (last["samples"] - first["samples"])
    return found


if __name__ == "__main__":
    print(json.dumps(point(sys.argv[1], int(sys.argv[2]))))
