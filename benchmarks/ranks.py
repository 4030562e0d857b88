"""What ranks cost and gain: measured on this machine, fitted, and used on paper for many machines.

    python benchmarks/ranks.py [--rounds 7]

All in turn, round by round, so that what else the machine does meets all alike: steps of W3 and W4
by one process with two BLAS threads, by one with one, by two ranks with one each, and by one rank,
of smaller batches too, with all that a rank does but for the sum; the sum of vectors of 8 bytes to
32 MB by two ranks; and W4's gradients, summed at once and layer by layer. The model is fitted to
the fastest fiftieth. What comes of it goes to benchmarks/results/ranks.json, ranks.md and
ranks.svg, which the documentation shows.

The model. A step of b rows takes c(b) = o + b/r on a rank. The gradients of R ranks, n bytes each,
are added by halving and doubling: 2 log₂ R messages, of which a rank sends 2 (R − 1)/R n bytes,

    s(R) = 2 log₂ R · l + 2 (R − 1)/R · n/w        t(R) = c(B/R) + s(R)

with l the latency of a message and w the bandwidth (Rabenseifner 2004; Thakur, Rabenseifner and
Gropp 2005). The efficiency of R ranks is what each does in a second beside what one alone does.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from workloads import Training, load

import glassnet as gn
from glassnet.runtime import blas_threads
from glassnet.training.loop import descent
from glassnet.training.loop.shared_pass import SharedPass

RESULTS = Path(__file__).resolve().parent / "results"
MPIEXEC = Path(sys.executable).parent / "mpiexec"
NAMES = ("W3", "W4")
SIZES = [8 * 4**k for k in range(12)]  # bytes, to 32 MB
RANKS = [2**k for k in range(13)]  # to 4,096
# by data sheets and published measurements: latency of a message in seconds, bytes a second
NETWORKS = {
    "Ethernet, 10 Gb/s": (25e-6, 1.1e9),
    "InfiniBand, 200 Gb/s": (1.5e-6, 22e9),
}
ENOUGH = 0.8
LONG = 2.0  # seconds of each measurement


def network_for(work: Training) -> gn.Network:
    return gn.Network.dense(work.sizes, hidden="relu", output="softmax", seed=0)


def steps_of(work: Training, batch: int, how: str) -> list[float]:
    """Seconds of each step, for LONG seconds."""
    stamps: list[float] = []
    before = descent.pass_over
    # one rank: as if others were there, whose sum takes no time
    made: Any = SharedPass if how == "one rank" else before
    parallel, threads = how == "two ranks", 2 if how == "two threads" else 1

    def timed(*given: Any) -> Any:
        plan = made(*given)

        def step(index: Any, rng: Any) -> float:
            stamps.append(time.perf_counter())
            return plan(index, rng)

        return step

    net = network_for(work)
    rule = {"optimizer": work.optimizer, "learning_rate": work.learning_rate}
    settings = {"batch_size": batch, "progress": False, "parallel": parallel, **rule}
    if not parallel:
        settings["threads"] = threads
    gn.fit(net, work.X[: 3 * batch], work.y[: 3 * batch], epochs=1, **settings)
    until = time.perf_counter() + LONG
    descent.pass_over = timed
    over = [lambda event: "stop" if time.perf_counter() > until and len(stamps) > 9 else ""]
    gn.fit(net, work.X, work.y, epochs=100, callbacks=over, **settings)
    descent.pass_over = before
    return np.diff(stamps).tolist()


def work_by(name: str, how: str) -> dict[str, list[float]]:
    """Seconds of a step, by batch size: the median, and what a fiftieth of them is below."""
    work = load(name)
    assert isinstance(work, Training)
    B = work.batch_size
    sizes = [B // 2**k for k in range(4)] if how == "one rank" else [B]
    return {str(size): both(steps_of(work, size, how)) for size in sizes}


def both(times: list[float]) -> list[float]:
    """The median, and what a fiftieth is below: where other work leaves the cores alone."""
    return [float(f"{np.quantile(times, q):.4g}") for q in (0.5, 0.02)]


def sums() -> dict[str, list[float]]:
    """Seconds of a sum by all ranks, by bytes of the vector: median and fiftieth of many."""
    from glassnet.runtime import mpi

    team = mpi.join()
    found: dict[str, list[float]] = {}
    for size in SIZES:
        vector = np.ones(size // 4, np.float32)
        times = []
        for _ in range(60 if size < 2**20 else 15):
            team.meet()
            start = time.perf_counter()
            team.add(vector)
            times.append(time.perf_counter() - start)
            vector[:] = 1
        found[str(size)] = both(times)
    return found if team.rank == 0 else {}


def overlap() -> dict[str, list[float]]:
    """Seconds of W4's gradients and their sum by all ranks: at once, or layer by layer.

    By layers each sum begins when its gradient is there, the last layer's first, and goes on while
    the next is computed: as much of it as MPI does without being asked.
    """
    from mpi4py import MPI

    comm, work = MPI.COMM_WORLD, load("W4")
    assert isinstance(work, Training)
    rng, rows = np.random.default_rng(0), work.batch_size // comm.size
    layers = list(pairwise(work.sizes))
    x = [rng.random((rows, m), dtype=np.float32) for m, _ in layers]
    delta = [rng.random((rows, n), dtype=np.float32) for _, n in layers]
    ends = np.cumsum([0, *(m * n for m, n in layers)])
    grad = np.zeros(ends[-1], np.float32)
    dW = [grad[a:b].reshape(n, m) for (a, b), (m, n) in zip(pairwise(ends), layers)]

    def done(requests: list[Any]) -> None:
        while not MPI.Request.Testall(requests):
            os.sched_yield()

    def step(by_layers: bool) -> float:
        comm.Barrier()
        start, under_way = time.perf_counter(), []
        for k in reversed(range(len(layers))):
            np.matmul(delta[k].T, x[k], out=dW[k])
            delta[k] @ dW[k]  # what goes on to the layer before, of as many numbers
            if by_layers:
                part = grad[ends[k] : ends[k + 1]]
                under_way.append(comm.Iallreduce(MPI.IN_PLACE, part))
                MPI.Request.Testall(under_way)
        if not by_layers:
            under_way.append(comm.Iallreduce(MPI.IN_PLACE, grad))
        done(under_way)
        return time.perf_counter() - start

    with blas_threads(1):
        times = [(step(False), step(True)) for _ in range(40)][5:]
    return {"at once": both([t[0] for t in times]), "by layers": both([t[1] for t in times])}


def asked(ranks: int, *what: str) -> dict[str, list[float]]:
    """What this program, started again by so many ranks, finds of one thing."""
    start = [str(MPIEXEC), "-n", str(ranks)] if ranks > 1 else []
    command = [*start, sys.executable, __file__, "--one", *what]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measure(rounds: int) -> None:
    """Keeps every round's figures; see the module."""
    loads: list[float] = []
    found: dict[str, Any] = {"sums": [], "overlap": [], **{name: [] for name in NAMES}}
    for number in range(rounds):
        for name in NAMES:
            each = {
                how: asked(2 if how == "two ranks" else 1, name, how)
                for how in ("two threads", "two ranks", "one thread", "one rank")
            }
            found[name].append(each)
        found["sums"].append(asked(2, "sums"))
        found["overlap"].append(asked(2, "overlap"))
        loads.append(os.getloadavg()[1])
        found |= {"cores": os.cpu_count(), "load": median(loads)}
        (RESULTS / "ranks.json").write_text(json.dumps(found, indent=1) + "\n")
        print(f"round {number + 1} of {rounds}", file=sys.stderr)


def line(x: list[float], y: list[float]) -> tuple[float, float]:
    """a and b of y = a + b x with the least squares of relative errors, neither below 0."""
    X = np.stack([np.ones(len(x)), np.array(x)], axis=1) / np.array(y)[:, None]
    a, b = np.linalg.lstsq(X, np.ones(len(y)), rcond=None)[0].tolist()
    if a < 0:
        return 0.0, 1 / float(np.mean(np.array(y) / np.array(x)) ** -1)
    return a, max(b, 0.0)


def added(ranks: int, size: float, latency: float, bandwidth: float) -> float:
    """s(R): seconds of a sum of vectors of so many bytes."""
    if ranks == 1:
        return 0.0
    return 2 * math.log2(ranks) * latency + 2 * (ranks - 1) / ranks * size / bandwidth


def least(rounds: list[dict[str, list[float]]], size: int) -> float:
    """The least of the rounds' fiftieths: as near as can be to cores that do nothing else."""
    return min(each[str(size)][1] for each in rounds)


def fitted(found: dict[str, Any]) -> dict[str, Any]:
    """The model's numbers, what it says of two ranks, and what was seen."""
    a, b = line([float(size) for size in SIZES], [least(found["sums"], size) for size in SIZES])
    model: dict[str, Any] = {"latency": a / 2, "bandwidth": 1 / b}  # two ranks: 2 l + n/w
    for name in NAMES:
        rounds, work = found[name], load(name)
        assert isinstance(work, Training)
        B = work.batch_size
        of = {how: [each[how] for each in rounds] for how in rounds[0]}
        sizes = [int(size) for size in rounds[0]["one rank"]]
        o, per_row = line([float(n) for n in sizes], [least(of["one rank"], n) for n in sizes])
        bytes_ = 4 * (network_for(work).theta.size + 4)
        said = o + per_row * B / 2 + added(2, bytes_, model["latency"], model["bandwidth"])
        ratios = [each["two threads"][str(B)][0] / each["two ranks"][str(B)][0] for each in rounds]
        model[name] = {
            "batch": B, "bytes": bytes_, "overhead": o, "per_row": per_row, "said": B / said,
            "ratio": median(ratios), "least": min(ratios), "most": max(ratios),
            "quiet ratio": least(of["two threads"], B) / least(of["two ranks"], B),
            "error": least(of["two ranks"], B) / said - 1,
            "median": {how: B / median(r[str(B)][0] for r in of[how]) for how in of},
            "quiet": {how: B / least(of[how], B) for how in of},
        }  # fmt: skip
    return model


def efficiency(of: dict[str, Any], ranks: int, batch: float, network: tuple[float, float]) -> float:
    """What each of the ranks does in a second with such a batch, beside one alone with its own."""
    o, per_row, B = of["overhead"], of["per_row"], of["batch"]
    mine = batch / ranks
    step = o + per_row * mine + added(ranks, of["bytes"], *network)
    return (mine / step) / (B / (o + per_row * B))


def kept(of: dict[str, Any], ranks: int, network: tuple[float, float]) -> float:
    """The least batch of all ranks with which the efficiency is ENOUGH; infinite if none has it."""
    o, per_row, B = of["overhead"], of["per_row"], of["batch"]
    wanted = ENOUGH * B / (o + per_row * B)  # rows a second of each
    left = 1 - wanted * per_row
    return ranks * wanted * (o + added(ranks, of["bytes"], *network)) / left


def falls_at(of: dict[str, Any], network: tuple[float, float], each: bool) -> str:
    """From how many ranks on the efficiency is below ENOUGH. each: a whole batch on every rank."""
    for ranks in RANKS[1:]:
        if efficiency(of, ranks, of["batch"] * (ranks if each else 1), network) < ENOUGH:
            return f"{ranks:,}"
    return "none to 4,096"


def text(found: dict[str, Any]) -> str:
    """The tables of the documentation."""
    model = fitted(found)
    lines = [
        f"{len(found['sums'])} rounds on {found['cores']} cores, at a load of "
        f"{found['load']:.0f}, of which one or two are the benchmark's own. Samples a second, by "
        "the median step, and by the fastest fiftieth, to which other work leaves the cores:",
        "",
        "| | one process, 2 threads | one, 1 thread | 2 ranks | 2 ranks : 2 threads "
        "| the model says of 2 ranks | its error |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in NAMES:
        of = model[name]
        for kind in ("median", "quiet"):
            one, two, ranks = (of[kind][how] for how in ("one thread", "two threads", "two ranks"))
            ratio = f"{of['ratio']:.2f} ({of['least']:.2f} to {of['most']:.2f})"
            ratio, told = (
                (ratio, "| |")
                if kind == "median"
                else (
                    f"{of['quiet ratio']:.2f}",
                    f"| {of['said']:,.0f} | {100 * of['error']:+.0f} % |",
                )
            )
            what = {"median": "median", "quiet": "a fiftieth"}[kind]
            lines.append(
                f"| {name}, batch {of['batch']}, {what} | {two:,.0f} | {one:,.0f} | {ranks:,.0f} "
                f"| {ratio} {told}"
            )
    lines += ["", "| a sum of | by two ranks | the model |", "|---|---|---|"]
    for size in SIZES[::2] + SIZES[-1:]:
        said = 1e6 * added(2, size, model["latency"], model["bandwidth"])
        lines.append(
            f"| {_bytes(size)} | {1e6 * least(found['sums'], size):,.0f} µs | {said:,.0f} µs |"
        )
    ratios = sorted(each["by layers"][1] / each["at once"][1] for each in found["overlap"])
    once, by = (
        1e3 * median(r[how][1] for r in found["overlap"]) for how in ("at once", "by layers")
    )
    lines += [
        "",
        f"W4's three gradients and their sum by two ranks: {once:.1f} ms at once, {by:.1f} ms "
        f"layer by layer, {median(ratios):.2f} times as long ({ratios[0]:.2f} to "
        f"{ratios[-1]:.2f}).",
    ]
    lines += [
        "",
        "| on paper | the batch as it is: below 80 % from | a whole batch on every rank: from "
        "| batch that keeps 80 % on 8 ranks | 64 | 512 | 4,096 |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in NAMES:
        for network, numbers in NETWORKS.items():
            of = model[name]
            batches = " | ".join(f"{kept(of, ranks, numbers):,.0f}" for ranks in RANKS[3::3])
            lines.append(
                f"| {name}, {network} | {falls_at(of, numbers, False)} ranks "
                f"| {falls_at(of, numbers, True)} | {batches} |"
            )
    return "\n".join(lines) + "\n"


def _bytes(size: int) -> str:
    for unit, name in ((2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size // unit} {name}"
    return f"{size} bytes"


def draw(found: dict[str, Any], path: Path) -> None:
    """The sums as measured and as the model has them, and the efficiency on paper."""
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "ranks"
    from matplotlib import pyplot as plt

    model = fitted(found)
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    seen = [least(found["sums"], size) for size in SIZES]
    said = [added(2, size, model["latency"], model["bandwidth"]) for size in SIZES]
    left.loglog(SIZES, [1e6 * each for each in seen], "o", label="measured")
    left.loglog(SIZES, [1e6 * each for each in said], "-", label="model")
    left.set(xlabel="bytes of the vector", ylabel="µs", title="a sum by two ranks")
    left.legend(frameon=False)
    for name, colour in zip(NAMES, ("C0", "C1"), strict=True):
        of = model[name]
        for (network, numbers), style in zip(NETWORKS.items(), ("--", "-"), strict=True):
            whole = [efficiency(of, ranks, of["batch"] * ranks, numbers) for ranks in RANKS]
            fixed = [efficiency(of, ranks, of["batch"], numbers) for ranks in RANKS]
            short = network.split(",")[0]
            right.semilogx(RANKS, whole, style, color=colour, base=2, label=f"{name}, {short}")
            right.semilogx(RANKS, fixed, style, color=colour, base=2, alpha=0.35)
    right.axhline(ENOUGH, color="0.5", linewidth=0.8)
    right.set(xlabel="ranks", ylim=(0, 1.05), title="efficiency on paper (pale: batch as it is)")
    right.legend(frameon=False, fontsize=8)
    figure.savefig(path, metadata={"Date": None})


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--one", nargs="+")
    options.add_argument("--again", action="store_true", help="text and picture of what was found")
    said = options.parse_args()
    if said.one:
        alone = {"sums": sums, "overlap": overlap}
        found = alone[said.one[0]]() if len(said.one) == 1 else work_by(*said.one)
        if os.environ.get("PMI_RANK", "0") == "0":
            print(json.dumps(found))
        return
    if not said.again:
        measure(said.rounds)
    found = json.loads((RESULTS / "ranks.json").read_text())
    (RESULTS / "ranks.md").write_text(text(found))
    draw(found, RESULTS / "ranks.svg")
    print(text(found))


if __name__ == "__main__":
    main()
