"""Measures glassnet beside its peers: each in a process of its own, interleaved round by round.

    python benchmarks/run.py [--quick] [--full] [--rounds 5] [--only W2,W5] [--peers sklearn]
                             [--variants] [--resume]

A peer's process warms up, then waits; in every round each is asked once, in an order that moves.
First each is tried with all cores and with one thread, and the faster setting is kept. A ratio is
the median over the rounds of the peer's time by glassnet's in the same round. What is measured is
written after each workload; --resume goes on behind those of a run that was broken off.
"""

import argparse
import contextlib
import json
import os
import platform
import subprocess
import sys
import threading
import time
from pathlib import Path
from statistics import median
from typing import Any

import growth
import report
import startup
from workloads import TITLES, VARIANTS

HERE = Path(__file__).resolve().parent
OWN = HERE.parent / ".venv" / "bin" / "python"
PEERS = HERE / ".venv-peers" / "bin" / "python"

# Who runs in glassnet's own environment, with the same NumPy; all others in the peers'.
AT_HOME = {"glassnet", "glassnet_compiled", "naive_numpy", "plain_python", "products"}
WHO = {
    "W1": "glassnet glassnet_compiled plain_python naive_numpy torch_eager jax_step jax_scan",
    "W2": "glassnet glassnet_compiled sklearn torch_eager torch_tensors torch_compile jax_step "
    "jax_scan naive_numpy products",
    "W3": "glassnet glassnet_compiled sklearn torch_eager torch_tensors torch_compile jax_step "
    "jax_scan naive_numpy products",
    "W4": "glassnet glassnet_compiled sklearn torch_eager torch_compile jax_step jax_scan "
    "naive_numpy products",
    "W5-1": "glassnet sklearn torch_eager jax_step onnxruntime naive_numpy products",
    "W5-10000": "glassnet sklearn torch_eager jax_step onnxruntime naive_numpy products",
}
# Of a variant, those that can do it; the others say that they cannot.
WHO_OF_VARIANTS = {
    **{f"W2-{v}": "glassnet glassnet_compiled sklearn torch_tensors jax_scan" for v in VARIANTS},
    **{f"W3-{v}": "glassnet glassnet_compiled sklearn torch_tensors jax_scan" for v in VARIANTS},
    "W2-default": "glassnet glassnet_compiled sklearn",
}
CANNOT = {
    "dropout": {"sklearn"}, "weights": {"torch_tensors", "jax_scan"}, "validation": {"jax_scan"},
}  # fmt: skip
FILES = {"glassnet": "glassnet_", "sklearn": "sklearn_", "onnxruntime": "onnxruntime_"}
ONE_SETTING = {"torch_compile"}  # tried with all cores alone: compiling takes half a minute
TRIES = 3  # of each thread setting, before the faster one is kept
PATIENCE = 180.0  # seconds for one answer
PAUSE = 0.05  # seconds between two peers: threads that wait spinning then sleep


def environment(threads: int | None = None) -> dict[str, str]:
    """What the processes get: no kernels chosen by hand; threads, or everybody's default."""
    env = dict(os.environ)
    # nor what slows a start: a machine that keeps no bytecode compiles at every import
    for name in (
        "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE",
    ):  # fmt: skip
        env.pop(name, None)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        env.pop(name, None)
        if threads not in (None, os.cpu_count()):
            env[name] = str(threads)
    return env


class Worker:
    """A peer's process, warmed up and waiting."""

    def __init__(self, peer: str, workload: str, threads: int) -> None:
        self.peer, self.threads = peer, threads
        python = OWN if peer in AT_HOME else PEERS
        script = HERE / "peers" / f"{FILES.get(peer, peer)}.py"
        self.process = subprocess.Popen(
            [str(python), str(script), workload, "--threads", str(threads), "--serve"],
            env=environment(threads),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.about = self._answer()

    def measure(self) -> dict[str, Any]:
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write("\n")
            self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        late = threading.Timer(PATIENCE, self.process.kill)
        late.start()
        try:
            line = self.process.stdout.readline()
        finally:
            late.cancel()
        if line:
            return json.loads(line)
        self.process.wait()
        words = self.process.stderr.read().strip().splitlines()
        raise RuntimeError(words[-1] if words else f"no answer in {PATIENCE:.0f} s")

    def close(self) -> None:
        self.process.kill()
        self.process.communicate()


def compare(workload: str, peers: list[str], rounds: int) -> dict[str, Any]:
    """A workload's rows: every peer's median, its ratio to glassnet, and whether it was right."""
    cores = os.cpu_count() or 1
    workers: dict[str, Worker] = {}
    tried: dict[str, dict[int, float]] = {}
    failed: dict[str, str] = {}
    try:
        for peer in peers:
            settings = [cores] if peer in ONE_SETTING else sorted({1, cores})
            for threads in settings:
                say(f"{workload} {peer}, {threads} threads: warming up")
                try:
                    worker = Worker(peer, workload, threads)
                    tries = TRIES if len(settings) > 1 else 0
                    seconds = min((worker.measure()["seconds"] for _ in range(tries)), default=0.0)
                except (RuntimeError, ValueError) as error:
                    failed[peer] = str(error)
                    continue
                tried.setdefault(peer, {})[threads] = seconds
                if peer in workers and seconds < tried[peer][workers[peer].threads]:
                    workers.pop(peer).close()
                if peer in workers:
                    worker.close()
                else:
                    workers[peer] = worker
        seen: dict[str, list[dict[str, Any]]] = {peer: [] for peer in workers}
        for turn in range(rounds):
            say(f"{workload} round {turn + 1} of {rounds}")
            order = list(workers)
            shift = turn % max(len(order), 1)
            for peer in order[shift:] + order[:shift]:
                try:
                    seen[peer].append(workers[peer].measure())
                except RuntimeError as error:
                    failed[peer] = str(error)
                    workers.pop(peer).close()
                time.sleep(PAUSE)
        rows: list[dict[str, Any]] = []
        for peer in peers:
            if peer not in workers:
                rows.append({"peer": peer, "failed": failed.get(peer, "did not run")})
                continue
            times = [r["seconds"] for r in seen[peer]]
            row = {"peer": peer, **workers[peer].about, **seen[peer][-1]}
            row["complaint"] = next((r["complaint"] for r in seen[peer] if r.get("complaint")), "")
            row |= {"seconds": median(times), "all_seconds": times, "tried": tried[peer]}
            if "glassnet" in workers:
                own = [r["seconds"] for r in seen["glassnet"]]
                row["ratio"] = median(t / g for t, g in zip(times, own))
            rows.append(row)
        return {"title": TITLES[workload], "rows": rows}
    finally:
        for worker in workers.values():
            worker.close()


def profile(workload: str, threads: int) -> dict[str, Any] | None:
    done = subprocess.run(
        [str(OWN), str(HERE / "where_time_goes.py"), workload, "--threads", str(threads), "--json"],
        env=environment(threads), capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode:
        say(f"where the time of {workload} goes: {done.stderr.strip().splitlines()[-1]}")
        return None
    return json.loads(done.stdout.splitlines()[-1])


def machine() -> dict[str, Any]:
    cpu = platform.processor()
    with contextlib.suppress(OSError, IndexError):
        cpu = Path("/proc/cpuinfo").read_text().split("model name")[1].splitlines()[0].strip("\t :")
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load_at_start": os.getloadavg()[0],
    }


def write(path: Path, results: dict[str, Any]) -> None:
    """Aside first: what is there is whole, whenever the run is broken off."""
    path.parent.mkdir(exist_ok=True)
    aside = path.with_suffix(".part")
    text = json.dumps(results, indent=1, ensure_ascii=False) + "\n"
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", default="", help="workloads, by a comma: W2,W5")
    parser.add_argument("--peers", default="", help="peers, by a comma; glassnet always runs")
    parser.add_argument("--quick", action="store_true", help="one round, no torch.compile")
    parser.add_argument("--full", action="store_true", help="W7 up to 10,000,000 samples")
    parser.add_argument(
        "--variants", action="store_true", help="those of W2 and W3, and nothing else"
    )
    parser.add_argument("--resume", action="store_true", help="go on with a run broken off")
    args = parser.parse_args()
    only = [name.upper() for name in args.only.split(",") if name]
    chosen = {"glassnet", *args.peers.split(",")} if args.peers else set()

    def wanted(name: str) -> bool:
        return not only or name.split("-")[0] in only or name.upper() in only

    began = time.perf_counter()
    # a partial or quick look must not replace the figures that the documentation shows
    name = "look" if args.quick or only or chosen else "results"
    name = "variants" if args.variants and name == "results" else name
    unfinished = HERE / "results" / f"{name}.unfinished.json"
    results: dict[str, Any] = {
        "machine": machine(),
        "rounds": 1 if args.quick else args.rounds,
        "workloads": {},
        "profile": {},
    }
    if args.resume and unfinished.exists():
        results = json.loads(unfinished.read_text(encoding="utf-8"))
        say(f"behind {', '.join(results['workloads'])}, of a run that was broken off")
    say(f"load before anything runs: {results['machine']['load_at_start']:.2f}")
    for workload, names in (WHO_OF_VARIANTS if args.variants else WHO).items():
        if not wanted(workload) or workload in results["workloads"]:
            continue
        able = [p for p in names.split() if p not in CANNOT.get(workload.partition("-")[2], ())]
        peers = [p for p in able if not chosen or p in chosen]
        if args.quick and "torch_compile" not in chosen:
            peers = [p for p in peers if p != "torch_compile"]
        found = compare(workload, peers, results["rounds"])
        results["workloads"][workload] = found
        own = found["rows"][0]
        if workload in ("W2", "W3", "W4") and "failed" not in own:
            results["profile"][workload] = profile(workload, own["threads"])
        write(unfinished, results)
    if wanted("W6") and not args.variants:
        say("W6: starting and predicting once")
        results["W6"] = startup.measure(OWN, PEERS, environment(), 3 if args.quick else 9)
    if wanted("W7") and not args.variants:
        say("W7: how cost grows")
        results["W7"] = growth.measure(OWN, environment(), args.quick, args.full)
    results["took_seconds"] = time.perf_counter() - began

    print(report.text(results))
    folder = HERE / "results"
    write(folder / f"{name}.json", results)
    unfinished.unlink(missing_ok=True)
    if any(len(w["rows"]) > 1 for w in results["workloads"].values()):
        report.picture(results, folder / name)
    say(f"written: {folder / name}.json, .png and .svg, after {results['took_seconds']:.0f} s")


if __name__ == "__main__":
    main()
