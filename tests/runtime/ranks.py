"""Real ranks for the tests: a command or a program, started by mpiexec as several processes."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

MPIEXEC = Path(sys.executable).parent / "mpiexec"
there = importlib.util.find_spec("mpi4py") is not None and MPIEXEC.exists()
RANKS = [
    pytest.mark.outside,
    pytest.mark.skipif(not there, reason="mpi4py and mpich are installed on Linux alone"),
]


def run(size: int, *command: Any, **env: str) -> subprocess.CompletedProcess[str]:
    start = [str(MPIEXEC), "-n", str(size)] if size > 1 else []
    return subprocess.run(
        [*start, sys.executable, *map(str, command)],
        capture_output=True, text=True, timeout=100, env={**os.environ, **env},
    )  # fmt: skip


def glassnet_by(size: int, *call: Any, **env: str) -> subprocess.CompletedProcess[str]:
    """`glassnet` with these words, by so many ranks; it must go well."""
    done = run(size, "-m", "glassnet", *call, **env)
    assert done.returncode == 0, done.stderr
    return done


def of_ranks(done: subprocess.CompletedProcess[str]) -> str:
    """What the ranks wrote to stderr, without what mpiexec says of a killed one."""
    lines = done.stderr.splitlines()
    return "\n".join(line for line in lines if not line.startswith(("=", "YOUR APP", "Cleaning")))
