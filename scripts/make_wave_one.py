"""Writes what glassnet 0.1.0 wrote, for tests/made_before: run it with the code as it was then.

Each command of `COMMANDS` runs in the folder it is given, in this order, so that later ones find
what earlier ones wrote; what each printed as JSON is kept beside the files. The tests run the same
commands with the code of today.

    python scripts/make_wave_one.py tests/made_before/0.1.0
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

COMMANDS = {
    "walk": "walk",
    "walk-steps": "walk --steps 3 --learn-biases",
    "walk-toml": "walk mine.toml --steps 2",
    "walk-at": "walk --at dW1[0,1]",
    "walk-list": "walk --list",
    "walk-published": "walk nielsen-easy --steps 2",
    "train-iris": "train iris --hidden 5 --epochs 3 --seed 0 --out iris.safetensors",
    "train-xor": "train xor --hidden 4 --epochs 4 --seed 1 --activation tanh --out"
    " xor.safetensors --record run",
    "train-sine": "train sine --hidden 6 --epochs 4 --optimizer lbfgs --dtype float64"
    " --out sine.safetensors",
    "train-classes": "train fruit.csv --target kind --hidden 4 --epochs 2 --cv 2 --out"
    " kind.safetensors",
    "train-number": "train fruit.csv --target price --hidden 4 --epochs 2 --validation 0.2"
    " --out price.safetensors",
    "train-search": "train fruit.csv --target price --epochs 2 --search 2",
    "train-memory": "train fruit.csv --target price --hidden 4 --epochs 2 --memory 300MB",
    "train-checkpoint": "train iris --hidden 5 --epochs 3 --seed 2 --checkpoint saved",
    "evaluate-iris": "evaluate iris.safetensors iris",
    "evaluate-price": "evaluate price.safetensors fruit.csv",
    "predict-iris": "predict iris.safetensors iris --probabilities",
    "predict-price": "predict price.safetensors fruit.csv",
    "explain-model": "explain iris.safetensors iris --row 3",
    "explain-at": "explain iris.safetensors iris --row 3 --at delta1[0]",
    "explain-chain": "explain iris.safetensors iris --row 3 --at dW1[0,0] --chain",
    "explain-nudge": "explain iris.safetensors iris --row 3 --at x[1] --nudge 0.01",
    "explain-run": "explain run --step 2",
    "explain-moved": "explain run --step 2 --at W1[0,0]",
    "diagnose": "diagnose run",
    "gradcheck": "gradcheck",
    "gradcheck-model": "gradcheck iris.safetensors --rows 3",
    "draw": "draw xor.safetensors --out xor.svg",
    "exercise": "exercise --seed 3",
    "exercise-check": "exercise --check sheet.md",
    "check-skeleton": "check skeleton.py",
    "check-script": "check slip.py",
    "no-such-file": "train nothere.csv --target y",
    "no-such-address": "walk --at W9[0,0]",
}


def fruit() -> str:
    """A small table with numbers, words, yes and no, dates and gaps."""
    rng = np.random.default_rng(7)
    lines = ["weight,kind,ripe,day,price"]
    for i in range(60):
        weight = "" if i % 17 == 5 else f"{rng.normal(150, 30):.1f}"
        kind = ("apple", "pear", "plum")[int(rng.integers(3))]
        day = f"2024-{1 + i % 12:02d}-{1 + i % 28:02d}"
        price = 1 + 0.01 * i + (kind == "pear") + 0.1 * rng.normal()
        lines.append(f"{weight},{kind},{'yes' if rng.random() < 0.5 else 'no'},{day},{price:.3f}")
    return "\n".join(lines) + "\n"


def lay_out(folder: Path) -> None:
    """The inputs that the commands take."""
    root = Path(__file__).parents[1]
    (folder / "fruit.csv").write_text(fruit())
    (folder / "slip.py").write_text((root / "examples/xor_with_a_mistake.py").read_text())
    for arguments in (
        ["walk", "--template", "--out", "mine.toml"],
        ["start", "skeleton.py"],
        ["exercise", "--seed", "4", "--answers", "--out", "sheet.md"],
    ):
        glassnet(folder, arguments)


def half_trained(folder: Path) -> None:
    """A training of six epochs that was ended after three, to be gone on with."""
    import glassnet as gn

    net, X, y = gn.Network.dense([3, 5, 2], hidden="tanh", output="softmax", seed=4), *rows()
    gn.fit(
        net, X, y, epochs=6, batch_size=8, seed=5, optimizer="adam", validation=0.25,
        checkpoint=folder / "half", callbacks=[after_three],
    )  # fmt: skip


def rows() -> tuple[np.ndarray, np.ndarray]:
    X = np.random.default_rng(6).normal(size=(40, 3))
    return X, (X[:, 0] > X[:, 1]).astype(int)


def after_three(event: object) -> str | None:
    return "stop" if getattr(event, "epoch", None) == 3 else None


def glassnet(folder: Path, arguments: list[str]) -> tuple[int, str]:
    command = [sys.executable, "-m", "glassnet", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout


def main(folder: Path) -> None:
    folder.mkdir(parents=True)
    lay_out(folder)
    half_trained(folder)
    (folder / "json").mkdir()
    for name, command in COMMANDS.items():
        arguments = command.split()
        status, out = glassnet(folder, [*arguments, "--json"])
        kept = {"arguments": arguments, "status": status, "printed": json.loads(out)}
        (folder / "json" / f"{name}.json").write_text(json.dumps(kept, ensure_ascii=False) + "\n")
        print(f"{name}: {status}, {len(out):,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
