"""No command writes over what it reads, or over what else it writes, by whatever name."""

import os
import threading
from pathlib import Path

import pytest
from command_runs import Run

TABLE = "x,kind\n" + "".join(f"{i},{'ab'[i % 2]}\n" for i in range(40))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Path:
    """A table, under an odd name too, and a model of it."""
    pytest.importorskip("polars", reason="polars is of the extra data")
    monkeypatch.chdir(tmp_path)
    Path("t").write_text(TABLE)
    done = run("train", "t", "--target", "kind", "--preset", "plain", "--epochs", "1", "--out", "m")
    assert done.status == 0, done.err
    os.symlink("m", "link")
    os.link("t", "hard")
    return tmp_path


@pytest.mark.parametrize(
    "call",
    [
        "predict m t --out t",
        "predict m t --out ./t",
        "predict m t --out hard",
        "predict m t --out m",
        "predict m t --out link",
        "predict m hard --out t --json",
        "explain m t --row 0 --out m",
        "explain m t --row 0 --out t",
        "train t --target kind --preset plain --epochs 1 --out t",
        "train t --target kind --preset plain --epochs 1 --out m --report link",
        "train t --target kind --preset plain --epochs 1 --out new --report ./new",
    ],
)
def test_writing_over_what_is_needed_is_refused(folder: Path, run: Run, call: str) -> None:
    before = {name: Path(name).read_bytes() for name in ("t", "m")}
    done = run(*call.split())
    assert done.status == 2, done
    assert "writing there would end it" in done.err
    assert {name: Path(name).read_bytes() for name in before} == before
    assert not Path("new").exists()


def test_a_pipe_gets_the_model_once(folder: Path, run: Run) -> None:
    os.mkfifo("pipe")
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(Path("pipe").read_bytes()))
    reader.start()
    done = run(
        "train", "t", "--target", "kind", "--preset", "plain", "--epochs", "1", "--out", "pipe"
    )
    reader.join(timeout=60)
    assert done.status == 0, done
    Path("again").write_bytes(got[0])
    assert run("evaluate", "again", "t").status == 0


def test_a_table_whose_name_is_no_utf_8_keeps_its_model(folder: Path, run: Run) -> None:
    odd = os.fsdecode(b"\xff.csv")
    Path(odd).write_text(TABLE)
    done = run(
        "train",
        odd,
        "--target",
        "kind",
        "--preset",
        "plain",
        "--epochs",
        "1",
        "--out",
        "n",
        "--record",
        "run",
    )
    assert done.status == 0, done
    assert run("evaluate", "n", odd).status == 0
    assert run("diagnose", "run").status in (0, 1)
