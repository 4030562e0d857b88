"""Real ranks, started by mpiexec: they train as one process does, and end together."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runtime.ranks import MPIEXEC, RANKS, glassnet_by, of_ranks, run

import glassnet

PROGRAM = Path(__file__).parent / "programs" / "ranks_program.py"
pytestmark = RANKS


def trained(size: int, out: Path, **settings: Any) -> np.ndarray:
    done = run(size, PROGRAM, out, json.dumps(settings))
    assert done.returncode == 0, done.stderr
    return np.load(out)


def test_ranks_train_what_one_process_trains(tmp_path: Path) -> None:
    alone = trained(1, tmp_path / "1.npy", epochs=12)
    for size in (2, 4):
        theta = trained(size, tmp_path / f"{size}.npy", epochs=12)
        assert np.linalg.norm(theta - alone) <= 1e-10 * np.linalg.norm(alone)


def test_in_shards_no_bit_depends_on_the_number_of_ranks(tmp_path: Path) -> None:
    settings: Any = {"shards": 8, "validation": 0.2, "early_stopping": 2}
    alone = trained(1, tmp_path / "1.npy", **settings)
    for size in (2, 4):
        theta = trained(size, tmp_path / f"{size}.npy", **settings)
        np.testing.assert_array_equal(theta, alone)


def test_more_ranks_than_rows(tmp_path: Path) -> None:
    alone = trained(1, tmp_path / "1.npy", rows=3)
    theta = trained(4, tmp_path / "4.npy", rows=3)
    assert np.linalg.norm(theta - alone) <= 1e-10 * np.linalg.norm(alone)


def test_what_one_rank_raises_ends_all(tmp_path: Path) -> None:
    done = run(2, PROGRAM, tmp_path / "x.npy", json.dumps({"odd": "raises", "epochs": 10**6}))
    assert done.returncode == 1
    assert of_ranks(done).count("OSError: the disk of this rank is gone") == 1
    assert not (tmp_path / "x.npy").exists()


def test_a_rank_that_stalls_is_named(tmp_path: Path) -> None:
    said = json.dumps({"odd": "stalls", "epochs": 10**6})
    done = run(3, PROGRAM, tmp_path / "x.npy", said, GLASSNET_RANKS_TIMEOUT="3")
    assert done.returncode != 0
    assert "rank 1 on " in done.stderr
    assert "did not come for 3 seconds" in done.stderr
    assert "rank 2 on " not in done.stderr


@pytest.mark.parametrize("odd", ["killed", "asked"])
def test_training_goes_on_from_the_checkpoint(tmp_path: Path, odd: str) -> None:
    """After a rank's death, or a SIGTERM to one of them; with any number of ranks."""
    whole = trained(2, tmp_path / "whole.npy", epochs=8)
    for size in (2, 4):
        folder = tmp_path / f"kept{size}"
        settings: dict[str, Any] = {"checkpoint": str(folder), "epochs": 8}
        broken = settings | {"odd": odd, "at_epoch": 3}
        done = run(2, PROGRAM, tmp_path / "x.npy", json.dumps(broken))
        if odd == "killed":
            assert done.returncode != 0
        else:
            assert '"stopped": "interrupted"' in done.stdout
        theta = trained(size, tmp_path / "y.npy", resume=True, **settings)
        if size == 2:
            np.testing.assert_array_equal(theta, whole)
        assert np.linalg.norm(theta - whole) <= 1e-10 * np.linalg.norm(whole)


def test_the_command_finds_its_ranks(tmp_path: Path) -> None:
    models = []
    for size in (1, 2):
        out = tmp_path / f"{size}.gn"
        command = ("-m", "glassnet", "train", "iris", "--preset", "plain", "--epochs", 5)
        done = run(size, *command, "--deterministic", "--out", out)
        assert done.returncode == 0, done.stderr
        assert done.stdout.count("test rows (") == 1
        models.append(glassnet.load(out).theta)
    np.testing.assert_array_equal(*models)


def test_candidates_and_folds_are_shared_out(tmp_path: Path) -> None:
    call = ("train", "iris", "--epochs", 6, "--search", 5, "--cv", 4, "--deterministic", "--json")
    told = []
    for size in (1, 2, 4):
        done = json.loads(glassnet_by(size, *call).stdout)
        done["search"]["seconds"] = done["seconds"] = 0
        told.append({name: done[name] for name in ("search", "cross_validation", "metrics")})
        assert done["settings"]["why"]  # a penalty was tried, by one rank for all
    assert told[1] == told[0]
    assert told[2] == told[0]


@pytest.mark.parametrize("more", [("--members", 3), ("--cv", 3, "--keep-folds")])
def test_members_are_shared_out(tmp_path: Path, more: tuple[Any, ...]) -> None:
    call = ("train", "iris", "--epochs", 4, "--preset", "plain", "--deterministic", *more)
    told, models = [], []
    for size in (1, 2, 4):
        out = tmp_path / f"{size}.gn"
        done = json.loads(glassnet_by(size, *call, "--out", out, "--json").stdout)
        told.append({name: done[name] for name in ("metrics", "cross_validation", "epochs")})
        models.append(glassnet.load(out).theta)
    assert told == [told[0]] * 3
    for theta in models[1:]:
        np.testing.assert_array_equal(theta, models[0])


def test_what_is_wrong_for_all_is_said_once() -> None:
    done = run(2, "-m", "glassnet", "train", "iris", "--epochs", 0)
    assert done.returncode == 2
    assert done.stderr == "glassnet: epochs is 0: give a whole number from 1 up.\n"


def test_another_glassnet_on_a_rank_is_refused(tmp_path: Path) -> None:
    room = Path(glassnet.__file__).parent
    shutil.copytree(room, tmp_path / "glassnet", ignore=shutil.ignore_patterns("__pycache__"))
    with open(tmp_path / "glassnet" / "api.py", "a") as file:
        file.write("# another\n")
    train = [sys.executable, "-m", "glassnet", "train", "iris", "--preset", "plain"]
    other = ["-n", "1", "-env", "PYTHONPATH", str(tmp_path), *train]
    command = [str(MPIEXEC), "-n", "1", *train, ":", *other]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100)
    assert done.returncode == 2
    assert "rank 1 on " in done.stderr
    assert "glassnet's files" in done.stderr


def test_ranks_that_mpi_does_not_know_of_are_refused() -> None:
    names = {"OMPI_COMM_WORLD_SIZE": "4", "OMPI_COMM_WORLD_RANK": "0"}
    done = run(1, "-m", "glassnet", "train", "iris", **names)
    assert done.returncode == 2
    assert "4 ranks were started, and MPI knows of 1" in done.stderr


def test_without_ranks_nothing_of_mpi_is_imported() -> None:
    code = (
        "import sys, numpy as np, glassnet as gn; net = gn.Network.dense([1, 1]);"
        "gn.fit(net, np.eye(3)[:, :1], [1.0, 2.0, 3.0], epochs=1, parallel=True);"
        "print('mpi4py' in sys.modules)"
    )
    assert run(1, "-c", code).stdout.split() == ["False"]


@pytest.mark.parametrize("whom", ["mpiexec", "all"])
def test_ctrl_c_to_mpiexec_ends_all_with_a_checkpoint_and_a_model(
    tmp_path: Path, whom: str
) -> None:
    kept, out = tmp_path / "kept", tmp_path / "m.gn"
    train = ["-m", "glassnet", "train", "digits", "--preset", "plain", "--epochs", "100000"]
    begun = subprocess.Popen(
        [MPIEXEC, "-n", "2", sys.executable, *train, "--checkpoint", kept, "--out", out],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        until = time.monotonic() + 60
        while not (kept / "last.checkpoint").exists():  # what it makes when an epoch has ended
            assert time.monotonic() < until
            time.sleep(0.2)
        signal_all = whom == "all"  # as a terminal does
        os.killpg(begun.pid, signal.SIGINT) if signal_all else begun.send_signal(signal.SIGINT)
        told, said = begun.communicate(timeout=60)
    finally:
        if begun.poll() is None:
            os.killpg(begun.pid, signal.SIGKILL)
    assert begun.returncode == 130, said
    assert "interrupted after " in told
    assert "The checkpoint in " in told
    assert glassnet.load(out).predict(np.zeros((1, 64))).shape == (1,)


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_a_rank_that_is_killed_at_any_moment_costs_no_bit(tmp_path: Path) -> None:
    """Kill −9 of either of two ranks; the training that goes on ends as if nothing had been."""
    epochs = 150
    began = time.perf_counter()
    whole = trained(2, tmp_path / "whole.npy", epochs=epochs)
    seconds = time.perf_counter() - began
    rng = np.random.default_rng(int.from_bytes(os.urandom(4)))
    found = []
    for number in range(20):
        folder = tmp_path / str(number)
        folder.mkdir()
        settings: Any = {"checkpoint": str(folder / "kept"), "epochs": epochs}
        said = json.dumps(settings | {"pids": str(folder)})
        start = [MPIEXEC, "-n", "2", sys.executable, PROGRAM, tmp_path / "x.npy", said]
        begun = subprocess.Popen(start, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        victim, moment = int(rng.integers(2)), float(rng.uniform(0, 1.1 * seconds))
        while not (folder / str(victim)).exists():
            time.sleep(0.01)
        time.sleep(moment)
        with suppress(ProcessLookupError):
            os.kill(int((folder / str(victim)).read_text() or 0), signal.SIGKILL)
        assert begun.wait(60) != 0 or moment > 0.5 * seconds
        there = (folder / "kept" / "last.checkpoint").exists()
        found.append((victim, round(moment, 2), there))
        theta = trained(2, tmp_path / "y.npy", resume=True, **settings)
        np.testing.assert_array_equal(theta, whole, str(found))
    assert any(there for _, _, there in found), found
