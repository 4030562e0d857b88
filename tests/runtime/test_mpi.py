"""Real ranks, started by mpiexec: they train as one process does, and end together."""

import json
import shutil
import subprocess
import sys
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
