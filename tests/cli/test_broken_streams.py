"""Every command with a stdout or stderr that is full, closed or read by nobody: no traceback."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from command_runs import status_of

pytestmark = [
    pytest.mark.outside,  # commands that train, each in a process of its own
    pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full"),
]

# What a command prints, and its status where it can print it.
COMMANDS: list[tuple[str, int]] = [
    ("walk", 0),
    ("walk --at loss --json", 0),
    ("walk nothere.toml", 2),
    ("explain iris.safetensors iris", 0),
    ("train iris --epochs 2 --out new.safetensors", 0),
    ("train iris --epochs 2 --out new.safetensors --json", 0),
    ("evaluate iris.safetensors iris", 0),
    ("predict iris.safetensors iris", 0),
    ("start new.py --force", 0),
    ("check mine.py", 1),
    ("diagnose run --json", 0),
    ("exercise", 0),
    ("draw iris.safetensors --out new.svg", 0),
    ("gradcheck", 0),
    ("--version", 0),
    ("walk --help", 0),
]
FEW = ("walk", "walk nothere.toml", "predict iris.safetensors iris", "walk --help") + tuple(
    command for command, _ in COMMANDS if command.startswith("train")
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    made = tmp_path_factory.mktemp("broken")
    at = os.getcwd()
    os.chdir(made)
    try:
        arguments = [
            "train",
            "iris",
            "--epochs",
            "2",
            "--out",
            "iris.safetensors",
            "--record",
            "run",
        ]
        assert status_of(*arguments) == 0
        assert status_of("start", "mine.py") == 0
    finally:
        os.chdir(at)
    return made


def outcomes(folder: Path, cases: list[tuple[str, str]]) -> list[Any]:
    asked = json.dumps([[how, command.split()] for how, command in cases])
    script = Path(__file__).with_name("broken_streams.py")
    done = subprocess.run(
        [sys.executable, str(script), str(folder), asked],
        capture_output=True,
        text=True,
        timeout=110,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    "how", ["stdout full", "stdout closed", "stdout unread", "both full", "both closed"]
)
def test_a_broken_stdout_is_said_and_leaves_no_traceback(folder: Path, how: str):
    cases = [(how, command) for command, _ in COMMANDS if how == "stdout full" or command in FEW]
    faults = []
    for (_, command), (status, out, err) in zip(cases, outcomes(folder, cases), strict=True):
        refused = command == "walk nothere.toml"  # it prints to stderr alone
        unread, both = how == "stdout unread", how.startswith("both")
        told = both or refused or unread or "is lost" in err
        kept = both or "--out" not in command or ": new." in err
        if status != (2 if refused or not unread else 0) or not told or not kept:
            faults.append(f"{command}: {status}, {err}")
        if "Traceback" in err or out:
            faults.append(f"{command}: {out}{err}")
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("how", ["stderr full", "stderr closed"])
def test_a_broken_stderr_changes_nothing(folder: Path, how: str):
    cases = [(how, command) for command in FEW]
    faults = []
    for (_, command), (status, out, _) in zip(cases, outcomes(folder, cases), strict=True):
        wanted = dict(COMMANDS)[command]
        whole = json.loads(out) if "--json" in command else out.strip() or wanted == 2
        if status != wanted or not whole or "settings:" in out:
            faults.append(f"{command}: {status}, {out}")
    assert not faults, "\n".join(faults)


def test_a_model_that_was_saved_is_said_where_the_result_cannot_be(folder: Path, tmp_path: Path):
    new = tmp_path / "new.safetensors"
    command = f"train iris --epochs 2 --out {new}"
    for how in ("stdout full", "stdout closed", "stdout unread"):
        new.unlink(missing_ok=True)
        ((_, _, err),) = outcomes(folder, [(how, command)])
        assert f"model: {new}" in err.splitlines()
        assert status_of("evaluate", new, "iris") == 0


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
def test_what_a_signal_leaves_after_saving_is_said(monkeypatch, capfd, tmp_path: Path):
    new = tmp_path / "new.safetensors"
    monkeypatch.setattr(
        "glassnet.jobs.material.in_memory.InMemory.measure",
        lambda *_: signal.raise_signal(signal.SIGHUP),
    )
    assert status_of("train", "iris", "--epochs", "2", "--out", new) == 129
    assert capfd.readouterr().err.splitlines()[-2:] == ["interrupted.", f"model: {new}"]
