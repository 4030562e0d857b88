"""Imports and commands work without `resource`, `fcntl`, SIGHUP and what else Linux has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

# What a system other than Linux may lack, taken away before anything of ours is loaded.
HIDE = """
import importlib, importlib.abc, os, pkgutil, signal, sys

class Hidden(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in ("resource", "fcntl", "termios", "pwd", "grp"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

for name in ("resource", "fcntl", "termios", "pwd", "grp"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Hidden())
for name in ("SIGHUP", "SIGALRM", "SIGUSR1", "SIGUSR2", "SIGXCPU", "setitimer", "alarm"):
    if hasattr(signal, name):
        delattr(signal, name)
for name in ("O_NONBLOCK", "O_NOFOLLOW", "O_DIRECTORY", "fork", "getuid", "sched_getaffinity"):
    if hasattr(os, name):
        delattr(os, name)
"""

IMPORTS = """
import glassnet
for module in pkgutil.walk_packages(glassnet.__path__, "glassnet."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
print("all")
"""

COMMAND = """
from glassnet.cli import main
main(sys.argv[1:])
"""


def without(code: str, *arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HIDE + code, *arguments],
        cwd=folder,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=110,
    )


def test_every_module_is_imported(tmp_path: Path):
    done = without(IMPORTS, folder=tmp_path)
    assert done.stdout == "all\n", done.stderr


def test_commands_run(tmp_path: Path):
    (tmp_path / "right.py").write_text(
        "import numpy as np\nx = np.array([[0., 1.], [1., 1.]])\nprint(x.sum())\n", encoding="utf-8"
    )
    train = "train iris --epochs 2 --out iris.safetensors --checkpoint kept"
    for command, statuses in (
        (train, {0}),
        ("evaluate iris.safetensors iris", {0}),
        ("predict iris.safetensors iris --out answers.csv", {0}),
        ("start mine.py", {0}),
        ("check mine.py", {1}),
        ("check right.py", {1, 2, 3}),
    ):
        done = without(COMMAND, *command.split(), folder=tmp_path)
        assert done.returncode in statuses, f"{command}: {done.returncode}\n{done.stderr}"
        assert "Traceback" not in done.stderr + done.stdout, done.stderr
    assert (tmp_path / "answers.csv").read_text(encoding="utf-8").count("\n") == 31


@pytest.mark.parametrize("name", ["resource", "fcntl"])
def test_what_is_hidden_is_not_there(name: str, tmp_path: Path):
    done = without(f"import {name}", folder=tmp_path)
    assert f"No module named '{name}'" in done.stderr
