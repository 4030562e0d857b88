"""The files that docs/many-machines.md shows: they start what they say."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from runtime.ranks import MPIEXEC, RANKS

import glassnet

ROOT = Path(__file__).parents[2]
FILES = ROOT / "examples" / "many-machines"
pytestmark = RANKS


@pytest.fixture
def there(tmp_path: Path) -> dict[str, str]:
    """An environment whose srun is mpiexec with two ranks, and a table to train on."""
    stand_in = tmp_path / "bin" / "srun"
    stand_in.parent.mkdir()
    stand_in.write_text(
        '#!/bin/sh\nwhile [ "${1#-}" != "$1" ]; do shift; done\nexec mpiexec -n 2 "$@"\n'
    )
    stand_in.chmod(0o755)
    shutil.copy(ROOT / "examples" / "bakery.csv", tmp_path / "t.csv")
    path = [str(stand_in.parent), str(MPIEXEC.parent), os.environ["PATH"]]
    return {**os.environ, "PATH": os.pathsep.join(path)}


@pytest.mark.parametrize("name", ["laptop.sh", "slurm.sh"])
def test_a_script_trains_and_when_it_is_started_again_goes_on(
    tmp_path: Path, there: dict[str, str], name: str
) -> None:
    told = []
    for _ in range(2):
        done = subprocess.run(
            ["bash", FILES / name, "t.csv", "sold"],
            cwd=tmp_path, env=there, capture_output=True, text=True, timeout=100,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        told.append(done)
    assert glassnet.load(tmp_path / "t.csv.gn").theta.size
    assert (tmp_path / "t.csv.training" / "last.checkpoint").exists()
    assert "resum" in told[1].stderr.lower() or "goes on" in told[1].stderr.lower(), told[1].stderr


def test_the_job_of_the_operator_starts_as_many_ranks_as_there_are_workers(
    tmp_path: Path, there: dict[str, str]
) -> None:
    yaml = pytest.importorskip("yaml")
    job = yaml.safe_load((FILES / "mpi-job.yaml").read_text())
    assert (job["apiVersion"], job["kind"]) == ("kubeflow.org/v2beta1", "MPIJob")
    spec = job["spec"]
    kinds = spec["mpiReplicaSpecs"]
    launcher, worker = (
        kinds[kind]["template"]["spec"]["containers"][0] for kind in ("Launcher", "Worker")
    )
    start, n = launcher["command"], kinds["Worker"]["replicas"] * spec["slotsPerWorker"]
    assert start[:3] == ["mpiexec", "-n", str(n)]
    assert launcher["image"] == worker["image"]
    home = spec["sshAuthMountPath"].removesuffix("/.ssh")
    assert f"{home}/.ssh/id_rsa" in (FILES / "Dockerfile").read_text()
    assert f"{home}/sshd_config" == worker["command"][-1]
    port = worker["readinessProbe"]["tcpSocket"]["port"]
    assert set(re.findall(r"Port (\d+)", (FILES / "Dockerfile").read_text())) == {str(port)}
    # its words, with this folder for the volume
    frame = tmp_path / "tables"
    frame.mkdir()
    shutil.copy(tmp_path / "t.csv", frame / "big.parquet")  # what a file is shows in its bytes
    words = [each.replace("/tables", str(frame)) for each in launcher["args"]]
    done = subprocess.run(
        [MPIEXEC, "-n", "2", sys.executable, "-m", *words],
        env=there, capture_output=True, text=True, timeout=100,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert glassnet.load(frame / "big.gn").theta.size
