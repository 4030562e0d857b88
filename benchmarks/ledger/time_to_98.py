"""The time to 98 % on MNIST's test images, beside scikit-learn and PyTorch.

    python benchmarks/ledger/time_to_98.py [--peers PYTHON] [--rounds 5] [--data FOLDER]
        [--out FILE]

First each is given the same settings to try, drawn once, and keeps the one that is soonest at 98 %
of the last 10,000 training images, learning from the first 50,000: so each has what suits it, and
no test image is looked at. Then they take turns, each in a process of its own with both cores,
learn from all 60,000 with that setting and other first weights each round, and stop after the
first epoch at whose end 98 % of the test images are right. What is measured with them between the
epochs is not counted. PYTHON is that of the peers' environment.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).resolve().parent
PEERS = HERE.parent / ".venv-peers" / "bin" / "python"
RESULTS = HERE / "time_to_98.json"
WANTED = 98.0
PATIENCE = 60  # seconds of learning, after which a setting has failed
Array = Any
Setting = dict[str, Any]
# Told after each epoch, with what then answers; True ends the learning.
After = Callable[[Callable[[Array], Array]], bool]


def settings(number: int = 12) -> list[Setting]:
    """The same for everybody: a hidden layer of ReLU, Adam, and how long its rate takes to fall.

    Where a library has no falling rate for Adam (scikit-learn), the rate stays, and it may take
    four times as many epochs.
    """
    rng = np.random.default_rng(98)
    return [
        {
            "hidden": int(rng.choice([128, 256, 512])),
            "batch": int(rng.choice([32, 64, 128, 256])),
            "rate": float(f"{10 ** rng.uniform(-3.3, -2.2):.2g}"),
            "epochs": int(rng.choice([3, 5, 8, 12])),
        }
        for _ in range(number)
    ]


def glassnet(of: Setting, seed: int, X: Array, y: Array, after: After) -> None:
    import glassnet as gn
    from glassnet.training import EpochEnd

    net = gn.Network.dense((784, of["hidden"], 10), hidden="relu", output="softmax", seed=seed)

    def told(event: Any) -> str | None:
        if not isinstance(event, EpochEnd):
            return None
        return "stop" if after(lambda X: net.predict_proba(X).argmax(axis=1)) else None

    gn.fit(
        net, X, y, optimizer=gn.Adam(of["rate"]), batch_size=of["batch"], epochs=of["epochs"],
        schedule="one_cycle", seed=seed, callbacks=[told], progress=False,
    )  # fmt: skip


def scikit_learn(of: Setting, seed: int, X: Array, y: Array, after: After) -> None:
    from sklearn.neural_network import MLPClassifier

    net = MLPClassifier(
        (of["hidden"],), learning_rate_init=of["rate"], batch_size=of["batch"], alpha=0.0,
        random_state=seed,
    )  # fmt: skip
    for _ in range(4 * of["epochs"]):
        net.partial_fit(X, y, classes=range(10))
        if after(net.predict):
            return


def pytorch(of: Setting, seed: int, X: Array, y: Array, after: After) -> None:
    import torch

    torch.manual_seed(seed)
    there, labels = torch.from_numpy(X), torch.from_numpy(y)
    net = torch.nn.Sequential(
        torch.nn.Linear(784, of["hidden"]), torch.nn.ReLU(), torch.nn.Linear(of["hidden"], 10)
    )
    rule = torch.optim.Adam(net.parameters(), of["rate"], fused=True)
    falling = torch.optim.lr_scheduler.OneCycleLR(
        rule, of["rate"], epochs=of["epochs"], steps_per_epoch=-(-len(X) // of["batch"])
    )
    loss = torch.nn.CrossEntropyLoss()

    def answers(X: Array) -> Array:
        with torch.no_grad():
            return net(torch.from_numpy(X)).argmax(dim=1).numpy()

    for _ in range(of["epochs"]):
        for index in torch.randperm(len(there)).split(of["batch"]):
            rule.zero_grad()
            loss(net(there[index]), labels[index]).backward()
            rule.step()
            falling.step()
        if after(answers):
            return


WHO = {"glassnet": glassnet, "scikit-learn": scikit_learn, "PyTorch": pytorch}


class Clock:
    """Counts the seconds of learning, and not those of measuring, until WANTED % are right."""

    def __init__(self, X: Array, y: Array) -> None:
        self.X, self.y = X, y
        self.seconds, self.shares = 0.0, list[float]()
        self.began = time.perf_counter()

    def __call__(self, answers: Callable[[Array], Array]) -> bool:
        self.seconds += time.perf_counter() - self.began
        self.shares.append(round(100 * float((answers(self.X) == self.y).mean()), 2))
        self.began = time.perf_counter()
        return self.reached or self.seconds > PATIENCE

    @property
    def reached(self) -> bool:
        return bool(self.shares) and self.shares[-1] >= WANTED

    def found(self) -> dict[str, Any]:
        return {
            "seconds": self.seconds if self.reached else None, "epochs": len(self.shares),
            "accuracy": max(self.shares, default=0.0),
        }  # fmt: skip


def answer(peer: str, of: Setting, seed: int, on_test: bool, data: str | None) -> dict[str, Any]:
    """What a process of its own tells: a first short training warms it up."""
    sys.path.insert(0, str(HERE.parent))
    import workloads

    if data is not None:
        os.environ["GLASSNET_MNIST"] = data
    X, y, X_test, y_test = workloads.mnist()
    if not on_test:
        X, y, X_test, y_test = X[:50_000], y[:50_000], X[50_000:], y[50_000:]
    WHO[peer]({**of, "epochs": 1}, seed, X[:2000], y[:2000], lambda answers: True)
    clock = Clock(X_test, y_test)
    WHO[peer](of, seed, X, y, clock)
    return clock.found()


def asked(python: str, peer: str, of: Setting, seed: int, on_test: bool, data: str | None) -> Any:
    """The same of a new process."""
    told = json.dumps([peer, of, seed, on_test, data])
    done = subprocess.run([python, __file__, "--one", told], capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{peer} failed: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout.splitlines()[-1])


def chosen(peer: str, python: str, data: str | None, tried: list[Any]) -> tuple[Setting, list[Any]]:
    """The setting that was soonest at WANTED % of the validation images, and what all did.

    Args: tried, what was found of the first of them.
    """
    tried = list(tried)
    for of in settings()[len(tried) :]:
        found = asked(python, peer, of, 0, False, data)
        tried.append({**of, **{f"found_{k}": v for k, v in found.items()}})
        print(peer, of, found, file=sys.stderr, flush=True)
    reached = [t for t in tried if t["found_seconds"] is not None]
    if not reached:
        raise SystemExit(f"{peer} came to {WANTED} % with no setting")
    best = min(reached, key=lambda t: t["found_seconds"])
    return {k: best[k] for k in ("hidden", "batch", "rate", "epochs")}, tried


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", default=str(PEERS), help="the Python of the peers' environment")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", metavar="FOLDER")
    parser.add_argument("--out", type=Path, default=RESULTS)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.one:
        print(json.dumps(answer(*json.loads(given.one))))
        return
    pythons = {peer: sys.executable if peer == "glassnet" else given.peers for peer in WHO}
    kept = json.loads(given.out.read_text()) if given.out.exists() else {"chosen": {}, "tried": {}}
    for peer, python in pythons.items():
        known = kept["tried"].get(peer, [])
        if len(known) < len(settings()):
            kept["chosen"][peer], kept["tried"][peer] = chosen(peer, python, given.data, known)
            given.out.write_text(json.dumps(kept, indent=1) + "\n")
    kept["rounds"] = {peer: [] for peer in WHO}
    for turn in range(given.rounds):
        names = list(WHO)[turn % len(WHO) :] + list(WHO)[: turn % len(WHO)]
        for peer in names:
            of = kept["chosen"][peer]
            found = asked(pythons[peer], peer, of, turn, True, given.data)
            kept["rounds"][peer].append(found)
            print(peer, found, file=sys.stderr, flush=True)
        given.out.write_text(json.dumps(kept, indent=1) + "\n")
    print(text(kept))


def text(kept: dict[str, Any]) -> str:
    """The table, as Markdown: the ratio is the median over the rounds that both reached it in."""
    lines = [
        "| | setting | seconds to 98 %, median | reached it | time by glassnet's |",
        "|---|---|---|---|---|",
    ]
    own = kept["rounds"]["glassnet"]
    for peer, rounds in kept["rounds"].items():
        of = kept["chosen"][peer]
        seconds = [r["seconds"] for r in rounds if r["seconds"] is not None]
        ratios = [
            r["seconds"] / o["seconds"]
            for r, o in zip(rounds, own)
            if r["seconds"] is not None and o["seconds"] is not None
        ]
        lines.append(
            f"| {peer} | {of['hidden']} hidden, batches of {of['batch']}, rate {of['rate']:g}, "
            f"{of['epochs'] * (4 if peer == 'scikit-learn' else 1)} epochs at most | "
            f"{statistics.median(seconds) if seconds else float('nan'):.1f} | "
            f"{len(seconds)} of {len(rounds)} | "
            f"{statistics.median(ratios) if ratios else float('nan'):.2f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main()
