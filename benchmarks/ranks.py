"""What ranks cost and gain: measured on this machine, fitted, and used on paper for many machines.

    python benchmarks/ranks.py [--rounds 7]

Three things in turn, round by round, so that what else the machine does meets all alike: an epoch
of W3 and W4 by one process with two BLAS threads, by one with one, and by two ranks with one each;
the steps of smaller batches by one; and the sum of vectors of 8 bytes to 32 MB by two ranks. What
comes of it goes to benchmarks/results/ranks.json, ranks.md and ranks.svg, which the documentation
shows.

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
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from workloads import Training, load

import glassnet as gn

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


def network_for(work: Training) -> gn.Network:
    return gn.Network.dense(work.sizes, hidden="relu", output="softmax", seed=0)


def steps_of(work: Training, batch: int, threads: int, parallel: bool) -> float:
    """Seconds of a step, over an epoch of at most 60 batches of this size or all of its own."""
    rows = len(work.X) if batch == work.batch_size else min(len(work.X), 60 * batch)
    net, X, y = network_for(work), work.X[:rows], work.y[:rows]
    rule = {"optimizer": work.optimizer, "learning_rate": work.learning_rate}
    settings = {"batch_size": batch, "progress": False, "parallel": parallel, **rule}
    if not parallel:
        settings["threads"] = threads
    gn.fit(net, X[: 3 * batch], y[: 3 * batch], epochs=1, **settings)
    start = time.perf_counter()
    gn.fit(net, X, y, epochs=1, **settings)
    return (time.perf_counter() - start) / math.ceil(rows / batch)


def work_by(name: str, how: str) -> dict[str, float]:
    """Seconds of a step, by batch size."""
    work = load(name)
    assert isinstance(work, Training)
    if how == "two threads":
        return {str(work.batch_size): steps_of(work, work.batch_size, 2, False)}
    if how == "two ranks":
        return {str(work.batch_size): steps_of(work, work.batch_size, 1, True)}
    sizes = [work.batch_size // 2**k for k in range(4)]
    return {str(size): steps_of(work, size, 1, False) for size in sizes}


def sums() -> dict[str, float]:
    """Seconds of a sum by all ranks, by bytes of the vector; the median of many."""
    from glassnet.runtime import mpi

    team = mpi.join()
    found = {}
    for size in SIZES:
        vector = np.ones(size // 4, np.float32)
        times = []
        for _ in range(60 if size < 2**20 else 15):
            team.meet()
            start = time.perf_counter()
            team.add(vector)
            times.append(time.perf_counter() - start)
            vector[:] = 1
        found[str(size)] = median(times)
    return found if team.rank == 0 else {}


def asked(ranks: int, *what: str) -> dict[str, float]:
    """What this program, started again by so many ranks, finds of one thing."""
    start = [str(MPIEXEC), "-n", str(ranks)] if ranks > 1 else []
    command = [*start, sys.executable, __file__, "--one", *what]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def measured(rounds: int) -> dict[str, Any]:
    """Every round's figures; see the module."""
    found: dict[str, Any] = {"sums": [], **{name: [] for name in NAMES}}
    for number in range(rounds):
        for name in NAMES:
            each = {
                how: asked(2 if how == "two ranks" else 1, name, how)
                for how in ("two threads", "two ranks", "one thread")
            }
            found[name].append(each)
        found["sums"].append(asked(2, "sums"))
        print(f"round {number + 1} of {rounds}", file=sys.stderr)
    load_ = os.getloadavg()[2] if hasattr(os, "getloadavg") else math.nan
    return found | {"cores": os.cpu_count(), "load": load_}


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


def fitted(found: dict[str, Any]) -> dict[str, Any]:
    """The model's numbers, what it says of two ranks, and what was seen."""
    sizes = [float(size) for size in SIZES]
    sums_ = [median(each[str(size)] for each in found["sums"]) for size in SIZES]
    a, b = line(sizes, sums_)  # of two ranks 2 l + n/w
    model: dict[str, Any] = {"latency": a / 2, "bandwidth": 1 / b}
    for name in NAMES:
        rounds, work = found[name], load(name)
        assert isinstance(work, Training)
        B = work.batch_size
        alone = {
            int(size): median(each["one thread"][size] for each in rounds)
            for size in rounds[0]["one thread"]
        }
        o, per_row = line([float(size) for size in alone], list(alone.values()))
        bytes_ = 4 * (network_for(work).theta.size + 4)
        ranks = median(each["two ranks"][str(B)] for each in rounds)
        ratios = [each["two threads"][str(B)] / each["two ranks"][str(B)] for each in rounds]
        gains = [each["one thread"][str(B)] / each["two ranks"][str(B)] for each in rounds]
        said = o + per_row * B / 2 + added(2, bytes_, model["latency"], model["bandwidth"])
        model[name] = {
            "batch": B, "bytes": bytes_, "overhead": o, "per_row": per_row,
            "one thread": B / alone[B], "two ranks": B / ranks,
            "two threads": B / median(each["two threads"][str(B)] for each in rounds),
            "ratio": median(ratios), "least": min(ratios), "most": max(ratios),
            "gain": median(gains), "said": B / said, "error": ranks / said - 1,
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
        f"Medians of {len(found['sums'])} rounds on {found['cores']} cores, which other work "
        f"shared (load {found['load']:.0f}); samples a second:",
        "",
        "| | one process, 2 threads | one, 1 thread | 2 ranks | 2 ranks : 2 threads "
        "| the model says of 2 ranks | its error |",
        "|---|---|---|---|---|---|---|",
    ]
    for name in NAMES:
        of = model[name]
        lines.append(
            f"| {name}, batch {of['batch']} | {of['two threads']:,.0f} | {of['one thread']:,.0f} "
            f"| {of['two ranks']:,.0f} | {of['ratio']:.2f} ({of['least']:.2f} to "
            f"{of['most']:.2f}) | {of['said']:,.0f} | {100 * of['error']:+.0f} % |"
        )
    lines += ["", "| a sum of | by two ranks | the model |", "|---|---|---|"]
    for size in SIZES[::2] + SIZES[-1:]:
        seen = 1e6 * median(each[str(size)] for each in found["sums"])
        said = 1e6 * added(2, size, model["latency"], model["bandwidth"])
        lines.append(f"| {_bytes(size)} | {seen:,.0f} µs | {said:,.0f} µs |")
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
    seen = [median(each[str(size)] for each in found["sums"]) for size in SIZES]
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
        found = sums() if said.one == ["sums"] else work_by(*said.one)
        if os.environ.get("PMI_RANK", "0") == "0":
            print(json.dumps(found))
        return
    if not said.again:
        found = measured(said.rounds)
        (RESULTS / "ranks.json").write_text(json.dumps(found, indent=1) + "\n")
    found = json.loads((RESULTS / "ranks.json").read_text())
    (RESULTS / "ranks.md").write_text(text(found))
    draw(found, RESULTS / "ranks.svg")
    print(text(found))


if __name__ == "__main__":
    main()
