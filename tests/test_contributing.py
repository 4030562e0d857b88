"""CONTRIBUTING's recipe for a new activation, followed to the letter on a copy of the source."""

import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
USE = """
import glassnet as gn
import numpy as np
from glassnet.core.numerical.gradcheck import gradcheck
from glassnet.explain.ask.evaluation import worked_out

rng = np.random.default_rng(0)
X, y = rng.normal(size=(12, 3)), rng.integers(0, 2, 12)
net = gn.Network.dense([3, 4, 2], hidden="mish", output="softmax", dtype="float64", seed=1)
assert net.dense_layers[0].initializer == "he_normal"
assert gradcheck(net, X, y).ok
for z in (-800.0, -30.0, 0.0, 30.0, 800.0):
    f = net.dense_layers[0].activation
    a = f.f(np.array([z]))
    assert np.isfinite(a).all() and np.isfinite(f.df(np.array([z]), a)).all(), z
# published: Mish has its minimum of about -0.31 near z = -1.19
grid = np.linspace(-5, 5, 100_001)
assert abs(f.f(grid).min() + 0.3088) < 1e-4 and abs(grid[f.f(grid).argmin()] + 1.1924) < 1e-3
gn.fit(net, X, y, epochs=2, progress=False)
net.save("mish.safetensors")
assert gn.load("mish.safetensors") == net
asked = gn.ask(net, X[:1], y[:1])
for address in ("a1[0]", "delta1[1]"):
    answer = asked.at(address)
    assert "mish" not in answer.formula, answer
    assert np.isclose(worked_out(answer.template, answer.values), answer.value, rtol=1e-12), answer
"""


def blocks() -> list[str]:
    """The recipe's pieces of code, in their order."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = text[text.index("## A new activation") : text.index("## A new loss")]
    return [
        textwrap.dedent(block) for block in re.findall(r"```python\n(.*?)```", recipe, re.DOTALL)
    ]


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{file.name} has no {old!r}: the recipe speaks of it"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A copy of the package with the recipe's steps done."""
    package = tmp_path / "src" / "glassnet"
    shutil.copytree(ROOT / "src" / "glassnet", package)
    written, f, df = blocks()
    table = "ACTIVATIONS: dict["
    edit(package / "core/activations.py", table, f"{written}\n\n{table}")
    edit(
        package / "core/activations.py", "        Softmax,\n    )", "        Softmax, Mish,\n    )"
    )
    edit(package / "core/initializers.py", '"softplus")', '"softplus", "mish")')
    formulas = package / "explain/ask/formulas.py"
    edit(formulas, "    GELUTanh,\n", "    GELUTanh,\n    Mish,\n")
    for function, case in (("def activation(", f), ("def derivative(", df)):
        text = formulas.read_text(encoding="utf-8")
        start = text.index("        case Softplus():", text.index(function))
        case = textwrap.indent(case, "        ")
        formulas.write_text(text[:start] + case + text[start:], encoding="utf-8")
    return tmp_path / "src"


def test_the_recipe_for_an_activation_gives_a_full_citizen(source: Path, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(source), "PYTHONWARNINGS": "error"}
    train = ["-m", "glassnet", "train", "xor", "--activation", "mish", "--epochs", "2"]
    for arguments in (["-c", USE], train):
        done = subprocess.run(
            [sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True,
            text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
