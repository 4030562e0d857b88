"""No call of a command, however odd, ends in a traceback, hangs, or takes the machine's memory."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from glassnet.cli import COMMANDS

SAMPLE, CAMPAIGN = 36, 2000


def calls(folder: Path, count: int) -> "subprocess.CompletedProcess[str]":
    """So many calls, forked from a process apart that has run nothing yet."""
    pytest.importorskip("resource")
    single = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    return subprocess.run(
        [sys.executable, Path(__file__).parents[1] / "stranger_calls.py", folder, "0", str(count)],
        env={**os.environ, **single}, capture_output=True, text=True,
    )  # fmt: skip


def test_every_command_has_a_call():
    pytest.importorskip("resource")
    import stranger_calls

    serving = {"play"}  # until it is stopped: tests/studio calls it
    assert set(stranger_calls.COMMANDS) | serving == {name for name, _, _ in COMMANDS}


@pytest.mark.outside
def test_a_sample_of_stranger_calls(tmp_path):
    done = calls(tmp_path, SAMPLE)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.campaign
def test_stranger_calls(tmp_path):
    done = calls(tmp_path, CAMPAIGN)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
