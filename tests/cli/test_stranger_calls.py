# ruff: noqa: E501
"""No call of a command, however odd, ends in a traceback, hangs, or takes the machine's memory."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

SAMPLE, CAMPAIGN = 44, 2000

# a process apart that has run nothing yet, so that it can be forked
PROGRAM = """
import sys, shutil
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import stranger_calls, glassnet.cli, glassnet.data, glassnet.training, glassnet.exchange, glassnet.explain
from glassnet.api import fit
from glassnet.core.network import Network
from glassnet.cli import learn, use, draw, follow, reason, practise, proof, learnby, diagnose
try:
    import polars, narwhals
except ImportError:
    pass
folder, first, last = Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
faults = 0
models = {k: (folder.parent / k).read_bytes() for k in ("model", "numbers")}
for number in range(first, last):
    if number == first or not (number - first) % 50:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        names = stranger_calls.furnish(folder, models)
    done = stranger_calls.ran(number, stranger_calls.drawn(number, names), folder)
    fault = done.fault()
    faults += bool(fault)
    if fault or "-v" in sys.argv:
        shown = [each[:60] + "…" if len(each) > 60 else each for each in done.call]
        print(number, done.status, f"{done.seconds:.1f} s, {done.peak / 1e6:.0f} MB",
              ascii(shown), fault or ascii(done.errors[-300:]), sep=" | ", flush=True, file=sys.stderr)
print(f"{last - first} calls, {faults} faults")
sys.exit(faults > 0)
"""


def campaign(folder: Path, first: int, last: int) -> "subprocess.CompletedProcess[str]":
    importlib.import_module("resource")
    small = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}
    environment = {**os.environ, **small}
    for name, data, more in (
        ("model", "data.csv", ["--target", "y"]),
        ("numbers", "data.csv", ["--target", "x0", "--task", "number"]),
    ):
        sys.path.insert(0, str(Path(__file__).parent))
        (folder / "data.csv").write_text(importlib.import_module("stranger_calls").table())
        subprocess.run(
            [sys.executable, "-m", "glassnet", "train", data, *more, "--epochs", "2", "--out", name],
            cwd=folder, env=environment, check=True, capture_output=True,
        )  # fmt: skip
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, Path(__file__).parent, folder / "room", str(first), str(last), *sys.argv[4:]],
        env=environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_a_sample_of_stranger_calls(tmp_path):
    done = campaign(tmp_path, 0, SAMPLE)
    assert done.returncode == 0, done.stdout


@pytest.mark.campaign
def test_stranger_calls(tmp_path):
    done = campaign(tmp_path, 0, CAMPAIGN)
    print(done.stdout)
    assert done.returncode == 0, done.stdout


if __name__ == "__main__":  # FOLDER FIRST LAST, to look at some of them
    Path(sys.argv[1]).mkdir(exist_ok=True)
    told = campaign(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
    print(told.stdout)
