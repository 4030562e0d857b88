"""`glassnet train --checkpoint`: killed, ended and resumed, to the same model file."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from command_runs import Done

from glassnet.training.persist.checkpoint_file import read
from glassnet.training.persist.checkpoints import BEST, LAST, PREVIOUS

Run = Callable[..., Done]

ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1", "NO_COLOR": "1"}
SIGNALS = pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
BEGUN = ("resumed from", "there is no usable checkpoint")


def train(*arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "glassnet", "train", *(str(a) for a in arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=ENVIRONMENT,
    )


def trained(*arguments: object) -> tuple[int, str, str]:
    child = train(*arguments)
    out, err = child.communicate(timeout=120)
    return child.returncode, out, err


def killed(after: float, *arguments: object) -> bool:
    """Whether kill -9 came before the end, so many seconds after training began."""
    child = train(*arguments)
    try:
        assert child.stderr is not None
        for line in child.stderr:
            if line.startswith(BEGUN):
                break
        time.sleep(after)
    finally:
        child.kill()
        child.communicate(timeout=30)
    return child.returncode == -signal.SIGKILL


SETTINGS = [
    (),
    ("--validation", 0.1, "--early-stopping", 8, "--seed", 1),
    ("--optimizer", "momentum", "--schedule", "cosine", "--clip-norm", 0.5, "--l2", 1e-4),
    ("--optimizer", "lbfgs", "--epochs", 30),
    ("--batch-size", 7, "--dropout", 0.5, "--epochs", 12),
]


def survives(folder: Path, kills: int, rng: random.Random) -> tuple[int, int, int]:
    """Kills trainings until so many kills hit; each round must end in the undisturbed model.

    Returns: kills that hit, those of them within a write, and rounds.
    """
    hit = within_write = rounds = 0
    while hit < kills:
        case = ["digits", *SETTINGS[rounds % len(SETTINGS)]]
        whole, model, saved = (folder / f"{name}{rounds}" for name in ("whole", "model", "saved"))
        assert trained(*case, "--out", whole)[0] == 0
        call = [*case, "--checkpoint", saved, "--resume", "--out", model]
        call += ["--checkpoint-minutes", 1e-4] * (rounds % 2)  # at each rest within the epoch
        while hit < kills and killed(rng.uniform(0, 0.12), *call):
            hit += 1
            left = set(os.listdir(saved)) if saved.exists() else set[str]()
            within_write += bool(left - {LAST, PREVIOUS, BEST}) or LAST not in left
        status, _, err = trained(*call)
        assert (status, "Traceback" in err) == (0, False), err
        assert model.read_bytes() == whole.read_bytes(), (case, hit)
        rounds += 1
    return hit, within_write, rounds


@SIGNALS
@pytest.mark.outside
def test_kill_9_three_times_and_the_model_file_is_the_same_to_the_bit(tmp_path: Path):
    hit, _, rounds = survives(tmp_path, 3, random.Random(0))
    assert (hit, rounds) >= (3, 1)


@SIGNALS
@pytest.mark.campaign
def test_kill_9_at_random_moments_and_each_model_file_is_the_same_to_the_bit(
    tmp_path: Path, capsys
):
    seed = random.randrange(2**32)
    hit, within_write, rounds = survives(tmp_path, 200, random.Random(seed))
    with capsys.disabled():
        print(
            f"\nkill -9: {hit} kills, {within_write} of them within a write, {rounds} trainings, "
            f"every model file the same to the bit (seed {seed})"
        )
    assert hit >= 50
    assert within_write


@SIGNALS
@pytest.mark.outside
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_within_an_epoch_saves_and_the_rest_has_the_same_bits(
    tmp_path: Path, number: signal.Signals, status: int
):
    case = ["digits", "--hidden", "128,128", "--batch-size", 1, "--epochs", 3]
    call = [*case, "--checkpoint", tmp_path / "saved", "--resume", "--out", tmp_path / "model"]
    child = train(*call)
    try:
        assert child.stderr is not None
        assert any(line.startswith(BEGUN) for line in child.stderr)
        time.sleep(0.15)
        child.send_signal(number)
        out, err = child.communicate(timeout=30)
    finally:
        child.kill()
    assert child.returncode == status, err
    assert "Traceback" not in err
    about = read(tmp_path / "saved" / LAST)
    assert about["done"] is False
    steps = about["state"]["steps"]
    assert f"interrupted after {steps} steps. The checkpoint in" in out
    assert f"is of step {steps}." in out
    status, _, err = trained(*call)
    assert (status, f"after {steps} steps" in err) == (0, True)
    assert trained(*case, "--out", tmp_path / "whole")[0] == 0
    assert (tmp_path / "model").read_bytes() == (tmp_path / "whole").read_bytes()


def test_the_same_command_with_another_setting_is_refused_in_a_sentence(run: Run, tmp_path: Path):
    call = ["train", "iris", "--epochs", 2, "--checkpoint", tmp_path / "saved"]
    done = run(*call, "--json")
    assert done.json["checkpoint"] == str(tmp_path / "saved")
    assert run(*call, "--resume").status == 0
    for more, says in (
        (["--seed", 1], "network seed is 1 and was 0"),
        (["--hidden", 5], "layers"),
        (["--learning-rate", 0.5], "optimizer learning_rate is 0.5 and was 0.005"),
        (["--validation", 0.5], "validation is 0.5 and was none"),
    ):
        done = run(*call, "--resume", *more)
        assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
        assert "is of another training" in done.err
        assert says in done.err
    done = run("train", "moons", "--epochs", 2, "--checkpoint", tmp_path / "saved", "--resume")
    assert (done.status, done.err.count("\n")) == (2, 1)


def test_options_of_checkpoints_need_their_folder(run: Run, tmp_path: Path):
    for more in (["--resume"], ["--checkpoint-minutes", 3]):
        done = run("train", "iris", *more)
        assert (done.status, done.out) == (2, "")
        assert "go with --checkpoint DIR" in done.err
    for more, says in (
        (["--checkpoint-minutes", 0], "above 0"),
        (["--record", tmp_path / "run"], "cannot be resumed"),
    ):
        done = run("train", "iris", "--checkpoint", tmp_path / "saved", *more)
        assert (done.status, done.out) == (2, "")
        assert says in done.err
    (tmp_path / "file").touch()
    done = run("train", "iris", "--checkpoint", tmp_path / "file")
    assert (done.status, done.err.count("\n")) == (2, 1)
    assert os.listdir(tmp_path) == ["file"]


@SIGNALS
def test_what_was_cut_off_is_not_written_over_where_resume_was_forgotten(run: Run, tmp_path: Path):
    call = ["digits", "--epochs", 2000, "--checkpoint", tmp_path / "saved"]
    assert killed(0.2, *call, "--resume")
    before = (tmp_path / "saved" / LAST).read_bytes()
    done = run("train", *call)
    assert (done.status, done.out, done.err.count("\n")) == (2, "", 1)
    assert "not over: resume it, delete it" in done.err
    assert (tmp_path / "saved" / LAST).read_bytes() == before
