"""The wheel does in a fresh environment what it does here, on every Python that is named."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[1] / "scripts" / "try_wheel.py"


@pytest.mark.outside
@pytest.mark.timeout(2400)
def test_the_wheel_alone_runs_every_command_and_the_sdist_its_own_tests() -> None:
    done = subprocess.run([sys.executable, str(SCRIPT)], capture_output=True, text=True)
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
