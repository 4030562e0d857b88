"""The door of every peer: a workload's name in, a line of JSON out.

    python peers/x.py W3 --threads 1            measures once, and ends
    python peers/x.py W3 --threads 1 --serve    warms up, then measures once for each line it reads

Import it before NumPy: BLAS reads its threads from the environment when it is loaded.
"""

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

_parser = argparse.ArgumentParser()
_parser.add_argument("workload", metavar="WORKLOAD", help="W1 to W5-10000, or W2-float64")
_parser.add_argument("--threads", type=int, default=os.cpu_count())
_parser.add_argument("--serve", action="store_true")
ARGS = _parser.parse_args()
THREADS: int = ARGS.threads

if os.cpu_count() != THREADS:  # all cores are everybody's default: say nothing then
    for variable in ("OMP", "OPENBLAS", "MKL"):
        os.environ[f"{variable}_NUM_THREADS"] = str(THREADS)
    if Path(sys.argv[0]).name.startswith("jax") and hasattr(os, "sched_setaffinity"):
        # JAX counts the cores that it may run on, and no variable tells it another number
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:THREADS])
for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(variable, None)

sys.path.append(str(Path(__file__).resolve().parents[2]))
from benchmarks.workloads import (  # noqa: E402
    Prediction,
    Training,
    Weights,
    Worked,
    initial,
    load,
)

__all__ = ["THREADS", "Prediction", "Training", "Weights", "Worked", "initial", "main"]

LEAST = 0.3  # seconds: what takes less is repeated that long, and the median told

# A fresh network, untimed: what is timed, and what to look at afterwards.
WorkedRun = tuple[Callable[[], Any], Callable[[], Any]]  # train; the outputs
TrainingRun = tuple[Callable[[], Any], Callable[[], Weights | None]]  # train; the weights
PredictionRun = Callable[[Any], Any]  # X → probabilities


def main(
    library: str,
    *,
    worked: Callable[[Worked], WorkedRun] | None = None,
    training: Callable[[Training], TrainingRun] | None = None,
    prediction: Callable[[Prediction], PredictionRun] | None = None,
    blas: str = "",
    can: tuple[str, ...] = (),
) -> None:
    """Measures the workload named on the command line with what the peer can do.

    Args: can, the fields of `Training` of which the peer follows more than the usual value.
    """
    w = load(ARGS.workload)
    if isinstance(w, Training) and (more := w.beyond(*can)):
        raise SystemExit(f"{Path(sys.argv[0]).stem} is not asked for {more}")
    measure: Callable[[], dict[str, Any]] | None = None
    if isinstance(w, Worked) and worked:
        worked(w)[0]()
        measure = lambda: _worked(w, worked)  # noqa: E731
    elif isinstance(w, Training) and training:
        training(w.warm_up())[0]()
        measure = lambda: _training(w, training)  # noqa: E731
    elif isinstance(w, Prediction) and prediction:
        predict = prediction(w)
        predict(w.X)
        measure = lambda: _prediction(w, predict)  # noqa: E731
    if measure is None:
        raise SystemExit(f"{Path(sys.argv[0]).stem} has no {w.name}")
    about = {"workload": w.name, "threads": THREADS, "library": library, "blas": blas or _blas()}
    if ARGS.serve:
        _tell(about)
        for _ in sys.stdin:
            _tell(measure())
    else:
        _tell(about | measure())


def _tell(record: dict[str, Any]) -> None:
    print(json.dumps(record), flush=True)


def _blas() -> str:
    try:
        from threadpoolctl import threadpool_info
    except ImportError:
        return ""
    pools = [p for p in threadpool_info() if p["user_api"] == "blas"]
    return ", ".join(
        f"{p['internal_api']} {p['version']} {p.get('architecture') or ''} "
        f"{p['num_threads']} threads"
        for p in pools
    )


def _repeated(once: Callable[[], float]) -> float:
    times: list[float] = []
    while sum(times) < LEAST:
        times.append(once())
    return median(times)


def _clock(go: Callable[[], Any]) -> float:
    gc.collect()
    start = time.perf_counter()
    go()
    return time.perf_counter() - start


def _worked(w: Worked, peer: Callable[[Worked], WorkedRun]) -> dict[str, Any]:
    error = 0.0

    def once() -> float:
        nonlocal error
        go, outputs = peer(w)
        seconds = _clock(go)
        error = w.error(outputs())
        return seconds

    seconds = _repeated(once)
    return {"seconds": seconds, "loss": error, "complaint": w.complaint(error)}


def _training(w: Training, peer: Callable[[Training], TrainingRun]) -> dict[str, Any]:
    weights: Weights | None = None

    def once() -> float:
        nonlocal weights
        go, result = peer(w)
        seconds = _clock(go)
        weights = result()
        return seconds

    seconds = _repeated(once)
    return {"seconds": seconds} | ({} if weights is None else w.check(weights))


def _prediction(w: Prediction, predict: PredictionRun) -> dict[str, Any]:
    calls = 200 if len(w.X) == 1 else 1

    def once() -> float:
        start = time.perf_counter()
        for _ in range(calls):
            predict(w.X)
        return (time.perf_counter() - start) / calls

    times: list[float] = []
    began = time.perf_counter()
    while time.perf_counter() < began + LEAST:
        times.append(once())
    out = predict(w.X)
    return {"seconds": median(times)} | ({} if out is None else w.check(out))
