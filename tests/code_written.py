"""What is written as code, run in a fresh process, beside what glassnet computes."""

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import random_networks

import glassnet as gn
from glassnet.core import losses, optimizers
from glassnet.core.network import Network
from glassnet.core.optimizers import OPTIMIZERS
from glassnet.exchange.code.plan import CodePlan, Learning
from glassnet.jobs.export import export_plan

HOSTILE = ['it\'s "x"', "two\nlines*/", "</script>", "\\", "{{7}}", "%s", "\u202e'''", '"""']


def random_network(seed: int, dtype: str = "float64") -> tuple[Network, Any, Any]:
    """Any activations and loss, with rows and the rows of their targets."""
    case = random_networks.random_case(seed, "plain")
    net = case.net.astype(dtype)
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(23, net.n_in))
    y = losses.get(net.loss.name).draw(rng, 23, net.n_out)
    return net, X, y


def random_learning(seed: int) -> Learning:
    rng = np.random.default_rng([seed, 7])
    rule: Any = {"name": sorted(OPTIMIZERS)[seed % len(OPTIMIZERS)], "learning_rate": 0.02}
    odd = {"rmsprop": {"centered": True, "momentum": 0.5},
           "adagrad": {"initial": 0.1, "lr_decay": 0.1},
           "amsgrad": {"form": "paper"}, "adamw": {"form": "paper"}}  # fmt: skip
    if rng.random() < 0.5:
        rule |= odd.get(rule["name"], {})
    some = [float(v) if rng.random() < 0.3 else None for v in (0.5, 0.2)]
    return Learning(optimizers.get(rule), 4, *some)


def write(folder: Path, to: str, plan: CodePlan, ending: str = ".py") -> Path:
    out = folder / f"{plan.name}{ending}"
    export_plan(plan, to, out)
    return out


def run(path: Path, code: str, **given: Any) -> Any:
    """What `code` leaves in `result`, in a process that has the file alone as a module `made`.

    It is run with warnings as errors, and cannot import glassnet.
    """
    program = (
        "import importlib.util, pickle, sys\n"
        "sys.modules['glassnet'] = None\n"
        f"spec = importlib.util.spec_from_file_location('made', {str(path)!r})\n"
        "made = importlib.util.module_from_spec(spec)\n"
        "spec.loader.exec_module(made)\n"
        "globals().update(pickle.load(sys.stdin.buffer))\n"
        f"{code}\n"
        "sys.stdout.buffer.write(pickle.dumps(result))\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-W", "error", "-c", program],
        input=pickle.dumps(given), capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert not done.returncode, done.stderr.decode()
    return pickle.loads(done.stdout)


def formatted(path: Path) -> str:
    """What a formatter would change."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "format", "--isolated", "--diff", path],
        capture_output=True, text=True,
    )  # fmt: skip
    return done.stdout


def hostile_table() -> tuple[list[dict[str, Any]], list[str]]:
    """Rows with columns, levels and classes of names that are code elsewhere, and every sort."""
    rng = np.random.default_rng(0)
    words = [*HOSTILE, "plain"]
    rows = [
        {
            HOSTILE[0]: ["", "1.5", " -2e1 ", "NA", "7"][n % 5],
            HOSTILE[1]: words[n % len(words)],
            HOSTILE[2]: ["yes", "no", "", "YES"][n % 4],
            HOSTILE[3]: f"20{n % 30 + 10}-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:07:07.25",
            HOSTILE[4]: ["", "2024-02-29", "?", "1969-12-31"][n % 4],
            HOSTILE[5]: str(rng.normal()) if n % 7 else "",
            HOSTILE[6]: "" if n % 3 else f"words of their own, {n}",
        }
        for n in range(60)
    ]  # fmt: skip
    return rows, [words[n % 4] for n in range(60)]


def trained_on_a_table(
    dtype: str = "float64",
) -> tuple[gn.Network, list[dict[str, Any]], list[str]]:
    import polars as pl

    from glassnet.data.table.preparation import TablePreparation

    rows, answers = hostile_table()
    preparation = TablePreparation.learn(pl.DataFrame(rows)).clipped()
    assert {c.kind for c in preparation.used} == {
        "number", "category", "boolean", "date", "presence",
    }  # fmt: skip
    net = gn.Network.dense([preparation.n_inputs, 5, 4], output="softmax", seed=0, dtype=dtype)
    net.preparation = preparation
    gn.fit(net, pl.DataFrame(rows), answers, epochs=3, progress=False)
    return net, rows, answers
