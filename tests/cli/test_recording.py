"""`glassnet train --record`: the run that it writes, and what it says of it."""

import json
import signal
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli import main
from glassnet.runtime import blas_threads

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capfd) -> Iterator[Run]:
    """Runs a command in this process: its status, what it printed and what it said."""
    kept = signal.getsignal(signal.SIGTERM)

    def run(*arguments: object) -> tuple[int, str, str]:
        capfd.readouterr()
        with pytest.raises(SystemExit) as end:
            main([str(a) for a in arguments])
        return (int(end.value.code or 0), *capfd.readouterr())

    yield run
    signal.signal(signal.SIGTERM, kept)


def test_a_recorded_run_finds_its_data_and_makes_its_steps_again(run: Run, tmp_path: Path):
    path = tmp_path / "run"
    status, out, err = run(
        "train", "iris", "--epochs", "4", "--batch-size", "16", "--validation", "0.2",
        "--dropout", "0.1", "--record", path, "--json",
    )  # fmt: skip
    assert status == 0
    assert json.loads(out)["run"] == str(path)
    assert f"recording every step to {path}: " in err
    assert "a step" in err
    recording = gn.Recording.open(path)
    assert recording.end == json.loads(out)["steps"]
    assert recording.source is not None
    assert recording.source["data"] == "iris"
    rows = recording.rows()
    for step, after in pairwise([*recording.steps, recording.end]):
        again = recording.replay(step, rows, blas_threads)
        assert again.theta.tobytes() == recording.network(after).theta.tobytes()


def test_every_and_keep_thin_the_run_out(run: Run, tmp_path: Path):
    path = tmp_path / "run"
    status, out, err = run(
        "train", "moons", "--epochs", "2", "--record", path, "--every", "5", "--keep", "3"
    )
    assert status == 0
    assert f"run: {path}\n" in out
    assert f"recording every 5 steps to {path}, the last 3 kept: " in err
    recording = gn.Recording.open(path)
    assert len(recording.steps) == 3
    assert recording.steps[0] % 5 == 0


def test_data_in_a_folder_are_found_from_anywhere(run: Run, tmp_path: Path, monkeypatch):
    rng = np.random.default_rng(0)
    folder = tmp_path / "mine"
    folder.mkdir()
    for part, n in (("train", 40), ("t10k", 10)):
        X, y = rng.integers(0, 255, (n, 2, 3)).astype(np.uint8), (np.arange(n) % 2).astype(np.uint8)
        head = bytes([0, 0, 8, 3]) + np.array([n, 2, 3], ">u4").tobytes()
        (folder / f"{part}-images-idx3-ubyte").write_bytes(head + X.tobytes())
        head = bytes([0, 0, 8, 1]) + np.array([n], ">u4").tobytes()
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(head + y.tobytes())
    monkeypatch.chdir(tmp_path)
    assert run("train", "mine", "--epochs", "1", "--record", "run")[0] == 0
    recording = gn.Recording.open(tmp_path / "run")
    monkeypatch.chdir(folder)
    assert len(recording.rows()) == 40


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--every", "3"], "give --record RUN too"),
        (["--keep", "3"], "give --record RUN too"),
        (["--record", "run", "--every", "0"], "every is 0"),
        (["--record", "run", "--keep", "-2"], "keep is -2"),
        (["--record", "no/run"], "does not exist"),
        (["--record", "mine"], "holds no recorded run"),
    ],
)
def test_a_recording_that_cannot_be_is_refused_before_training(
    run: Run, tmp_path: Path, monkeypatch, arguments: list[str], says: str
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a").write_text("")
    status, out, err = run("train", "iris", *arguments)
    assert (status, out) == (2, "")
    assert err.startswith("glassnet: ")
    assert says in err
    assert err.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_a_disk_without_room_is_told_with_what_it_would_take(run: Run, tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=1000))
    status, _, err = run("train", "iris", "--record", tmp_path / "run")
    assert status == 2
    assert "the disk has 1.0 kB left: record fewer steps" in err
    assert not (tmp_path / "run").exists()


def test_fit_records_by_path_with_its_threads(tmp_path: Path):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(30, 4)), np.arange(30) % 3
    net = gn.Network.dense([4, 5, 3], output="softmax")
    gn.fit(net, X, y, epochs=5, batch_size=10, record=tmp_path / "run", record_every=4,
           record_keep=2)  # fmt: skip
    recording = gn.Recording.open(tmp_path / "run")
    assert (recording.steps, recording.end) == ([12, 14], 15)
    assert recording.settings["threads"] == 1
    assert recording.network(15).theta.tobytes() == net.theta.tobytes()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_step_is_made_again_with_the_threads_of_the_run(tmp_path: Path, threads: int):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(256, 200)), np.arange(256) % 3
    net = gn.Network.dense([200, 256, 3], output="softmax")
    gn.fit(net, X, y, epochs=2, batch_size=128, threads=threads, record=tmp_path / "run")
    recording = gn.Recording.open(tmp_path / "run")
    rows = recording.rows(X, y)
    with blas_threads(3 - threads):
        for step, after in pairwise([*recording.steps, recording.end]):
            again = recording.replay(step, rows, blas_threads)
            assert again.theta.tobytes() == recording.network(after).theta.tobytes()
