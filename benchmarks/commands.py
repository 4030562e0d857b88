"""How long each command takes to its first and to its last line, cold and warm.

    python benchmarks/commands.py [--rounds 3] [--only walk,check] [--json]

Cold is the first start after an installation: Python finds no bytecode, and compiles what it
imports. (What the system has read of the disk it keeps; no program may empty that.) Warm is any
later one. Each command runs in a process of its own, its lines read as they come, progress too.
The table gives the least of the rounds, in milliseconds by the clock, and the processor's, which
other programs of the machine disturb less.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

GLASSNET = [sys.executable, "-m", "glassnet"]
EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
# by name: arguments, of which MODEL is the digits' model and TABLE a table
COMMANDS = {
    "--help": ["--help"],
    "train --help": ["train", "--help"],
    "walk": ["walk"],
    "walk --steps 100000": ["walk", "--steps", "100000"],
    "walk --list": ["walk", "--list"],
    "explain example": ["explain", "example", "--at", "dW2[0,1]"],
    "explain MODEL digits": ["explain", "MODEL", "digits", "--row", "3"],
    "predict MODEL digits": ["predict", "MODEL", "digits"],
    "evaluate MODEL digits": ["evaluate", "MODEL", "digits"],
    "check": ["check", str(EXAMPLES / "xor_with_a_mistake.py")],
    "learn --list": ["learn", "--list"],
    "gradcheck": ["gradcheck"],
    "train digits": ["train", "digits", "--out", "OTHER"],
    "train bakery.csv": ["train", str(EXAMPLES / "bakery.csv"), "--target", "sold"],
}
PATIENCE = 300.0  # seconds


def timed(words: list[str], env: dict[str, str], folder: str) -> dict[str, float]:
    """Milliseconds of a command, in a folder, to its first and last line, and the processor's."""
    began = time.perf_counter()
    child = subprocess.Popen(
        words, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert child.stdout is not None
    first, seen = 0.0, b""
    while part := os.read(child.stdout.fileno(), 65_536):
        if b"\n" not in seen and b"\n" in part:
            first = time.perf_counter() - began
        seen += part
    _, status, used = os.wait4(child.pid, 0)
    whole = time.perf_counter() - began
    child.stdout.close()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in (0, 1, 3):
        raise SystemExit(f"{' '.join(words)} ended with {child.returncode}: {seen[-300:].decode()}")
    processor = used.ru_utime + used.ru_stime
    return {"first": 1e3 * first, "last": 1e3 * whole, "processor": 1e3 * processor}


def least(rounds: list[dict[str, float]]) -> dict[str, float]:
    return {name: min(each[name] for each in rounds) for name in rounds[0]}


def measure(names: list[str], rounds: int) -> dict[str, dict[str, dict[str, float]]]:
    """Of each command the milliseconds cold and warm, the rounds in turns."""
    env = dict(os.environ)
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    seen: dict[str, dict[str, list[dict[str, float]]]] = {
        name: {"cold": [], "warm": []} for name in names
    }
    with tempfile.TemporaryDirectory() as folder:
        model, other = (str(Path(folder) / f"{name}.safetensors") for name in ("digits", "other"))
        train = [*GLASSNET, "train", "digits", "--epochs", "5", "--out", model]
        subprocess.run(train, env=env, check=True, capture_output=True)
        places = {"MODEL": model, "OTHER": other}
        for turn in range(rounds + 1):
            for name in names:
                words = [*GLASSNET, *(places.get(word, word) for word in COMMANDS[name])]
                if turn:
                    seen[name]["warm"].append(timed(words, env, folder))
                else:
                    with tempfile.TemporaryDirectory() as empty:
                        cold = env | {"PYTHONPYCACHEPREFIX": empty}
                        seen[name]["cold"].append(timed(words, cold, folder))
    return {name: {how: least(each) for how, each in both.items()} for name, both in seen.items()}


def text(found: dict[str, Any]) -> str:
    """A table in Markdown, a line for each command."""
    lines = [
        "| command | cold: first line | last | warm: first line | last | processor, warm |",
        "|---|---|---|---|---|---|",
    ]
    for name, both in found.items():
        cells = [both["cold"]["first"], both["cold"]["last"], both["warm"]["first"]]
        cells += [both["warm"]["last"], both["warm"]["processor"]]
        lines.append(f"| `{name}` | " + " | ".join(f"{ms:,.0f} ms" for ms in cells) + " |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="commands that begin with one of these")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    wanted = [each for each in args.only.split(",") if each]
    names = [n for n in COMMANDS if not wanted or any(n.startswith(each) for each in wanted)]
    found = measure(names, args.rounds)
    print(json.dumps(found) if args.json else text(found))


if __name__ == "__main__":
    main()
