"""`glassnet train digits`, cold, beside a scikit-learn script that does the same.

Both as one types them.

    python benchmarks/whole_digits.py [--rounds 5]

Both read the digits, hold a fifth back, scale, train 64-256-10 for as many epochs on batches of 32
and tell the accuracy on what was held back. Each runs in a process of its own, in turns, the first
round not counted; told are the least seconds by the clock and by the processor, both with one
thread, and for glassnet what of it is the training.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE / ".venv-peers" / "bin" / "python"
EPOCHS = 60
ONE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}

SKLEARN = f"""
import warnings
warnings.simplefilter("ignore")
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
X, y = load_digits(return_X_y=True)
X, X_test, y, y_test = train_test_split(X / 16, y, test_size=0.2, stratify=y, random_state=0)
net = MLPClassifier([256], batch_size=32, max_iter={EPOCHS}, n_iter_no_change={EPOCHS + 1},
                    learning_rate_init=0.001, random_state=0)
net.fit(X, y)
print("accuracy", net.score(X_test, y_test))
"""
# --json, as it tells its training's seconds; what it prints else takes as long
WORDS = {
    "glassnet": [sys.executable, "-m", "glassnet", "train", "digits", "--epochs", str(EPOCHS),
                 "--json"],
    "scikit-learn": [str(PEERS), "-c", SKLEARN],
}  # fmt: skip


def once(words: list[str]) -> tuple[float, float, str]:
    """Seconds by the clock and by the processor, and what was printed."""
    began = time.perf_counter()
    child = subprocess.Popen(
        words, env=os.environ | ONE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert child.stdout is not None
    said = child.stdout.read()
    _, status, used = os.wait4(child.pid, 0)
    child.stdout.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{words[0]} ended with {child.returncode}")
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, said


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    seen: dict[str, list[tuple[float, float, str]]] = {name: [] for name in WORDS}
    for turn in range(args.rounds + 1):
        for name, words in WORDS.items():
            found = once(words)
            if turn:
                seen[name].append(found)
    print("| | by the clock | by the processor | accuracy |")
    print("|---|---|---|---|")
    for name, rounds in seen.items():
        clock, processor = (min(each[k] for each in rounds) for k in (0, 1))
        said = rounds[-1][2]
        told = json.loads(said) if name == "glassnet" else {}
        accuracy = told["metrics"]["accuracy"] if told else float(said.split()[1])
        print(f"| {name} | {clock:.2f} s | {processor:.2f} s | {accuracy:.3f} |")
        if told:
            least = min(json.loads(each[2])["seconds"] for each in rounds)
            print(f"| of it the training | {least:.2f} s | | |")


if __name__ == "__main__":
    main()
