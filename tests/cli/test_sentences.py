"""What a command cannot do is said in one true sentence, before the work and in the right words."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from glassnet.cli import main
from glassnet.exchange import load, read_training, save

pytestmark = pytest.mark.filterwarnings("error::RuntimeWarning")


def told(capsys, *call):
    with pytest.raises(SystemExit) as ended:
        main([str(word) for word in call])
    done = capsys.readouterr()
    return ended.value.code, done.out, done.err


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    x = np.random.default_rng(0).random((100, 2)).round(4)
    y = np.where(x[:, 0] > x[:, 1], "yes", "no")
    pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": y}).write_csv("t.csv")
    return "t.csv"


@pytest.fixture
def model(table, capsys):
    told(capsys, "train", table, "--target", "y", "--epochs", "1", "--out", "m.safetensors")
    return "m.safetensors"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--memory 1", "memory is '1': give a size with its unit, as 500MB"),
        ("--memory 1MB", "--memory 1MB is too small"),
        ("--memory 500MB --optimizer lbfgs", "--optimizer lbfgs takes all rows at once"),
        ("--label-smoothing .1 --loss squared_error", "label smoothing belongs to"),
        ("--dropout .5 --hidden none", "dropout drops hidden activations"),
        ("--threads 100000", "threads is 100000"),
        ("--hidden=", "hidden is ''"),
        ("--validation 1", "--validation is 1: give a share above 0 and below 1."),
        ("--checkpoint c --checkpoint-minutes -1", "--checkpoint-minutes is -1"),
        ("--optimizer lbgfs", "did you mean 'lbfgs'"),
    ],
)
def test_nonsense_is_said_before_the_data_are_read(table, monkeypatch, capsys, options, said):
    monkeypatch.setattr("glassnet.data.open_table", lambda *_: pytest.fail("it was read"))
    monkeypatch.setattr(
        "glassnet.data.open.load_table", lambda *_, **__: pytest.fail("it was read")
    )
    status, _, errors = told(capsys, "train", table, "--target", "y", *options.split())
    assert status == 2
    assert errors.startswith(f"glassnet: {said}") or said in errors
    assert errors.count("\n") == 1


@pytest.mark.parametrize("share", ["1e-9", ".999"])
def test_a_share_of_no_row_or_of_every_row_is_refused(table, capsys, share):
    status, _, errors = told(capsys, "train", table, "--target", "y", "--validation", share)
    assert (status, "of 80 rows is" in errors) == (2, True)


def test_numbers_are_not_smoothed(table, capsys):
    call = ("train", table, "--target", "a", "--label-smoothing", ".1", "--epochs", "1")
    status, _, errors = told(capsys, *call)
    assert (status, "the label smoothing is of classes" in errors) == (2, True)


def test_within_memory_rows_without_a_target_are_left_out_as_elsewhere(table, capsys):
    lines = Path(table).read_text().splitlines()
    lines[3] = lines[3].rsplit(",", 1)[0] + ","
    Path(table).write_text("\n".join(lines) + "\n")
    for more in ((), ("--memory", "400MB")):
        status, _, errors = told(capsys, "train", table, "--target", "y", "--epochs", "1", *more)
        assert status == 0
        assert "1 row without a target is left out" in errors


def test_one_epoch_is_no_epochs(table, capsys):
    _, out, errors = told(capsys, "train", table, "--target", "y", "--epochs", "1")
    assert "1 epochs" not in out + errors


def test_a_signal_before_the_training_leaves_one_document(table, monkeypatch, capsys):
    for number, status in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):

        def ended(*_, number=number):
            os.kill(os.getpid(), number)
            raise AssertionError("not ended")

        monkeypatch.setattr("glassnet.data.open.load_table", lambda *_, do=ended, **__: do())
        found, out, _ = told(capsys, "train", table, "--target", "y", "--json")
        assert found == status
        assert json.loads(out)["error"].startswith("interrupted")


def test_help_has_twenty_columns_at_least():
    done = subprocess.run(
        [sys.executable, "-m", "glassnet", "predict", "--help"],
        env=os.environ | {"COLUMNS": "1"}, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert max(map(len, done.stdout.splitlines())) == 20


def test_a_folder_is_no_table(model, tmp_path, capsys):
    (tmp_path / "dir.csv").mkdir()
    status, _, errors = told(capsys, "predict", model, "dir.csv")
    assert (status, errors) == (
        2,
        "glassnet: dir.csv is a folder without a table, which this model takes: give one.\n",
    )


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_a_table_in_utf_32_is_read(table, capsys, encoding):
    text = Path(table).read_text()
    Path("u.csv").write_bytes(text.encode(encoding))
    status, _, errors = told(capsys, "train", "u.csv", "--target", "y", "--epochs", "1")
    assert (status, "UTF-32" in errors) == (0, True)


def test_a_json_array_is_said_to_be_one(table, capsys):
    Path("a.json").write_text(json.dumps([{"a": 1, "y": 2}] * 3, indent=1))
    status, _, errors = told(capsys, "train", "a.json", "--target", "y")
    assert (status, "JSON lines are read" in errors) == (2, True)


@pytest.mark.parametrize("data", ["https://example.org/a.csv", "s3://example/a.csv"])
def test_an_address_needs_the_extra(data, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    status, _, errors = told(capsys, "train", data, "--target", "y")
    assert (status, "pip install 'glassnet[remote]'" in errors) == (2, True)
    status, _, errors = told(capsys, "train", data.replace("a.csv", "a.npz"))
    assert (status, "of those tables alone are read" in errors) == (2, True)


@pytest.mark.parametrize("gone", [50, -700])
def test_a_model_that_is_cut_off_is_said_to_be(model, capsys, gone):
    content = Path(model).read_bytes()
    Path(model).write_bytes(content[:-gone])
    status, _, errors = told(capsys, "predict", model, "t.csv")
    assert (status, "is cut off" in errors) == (2, True)


def test_a_model_of_a_table_without_its_preparation_is_refused(model, capsys):
    net, about = load(model), read_training(model)
    net.preparation = None
    save(net, model, about)
    for command in ("predict", "evaluate"):
        status, _, errors = told(capsys, command, model, "t.csv")
        assert (status, "holds no preparation of its columns" in errors) == (2, True)


def test_answers_that_are_not_finite_are_refused(model, capsys):
    net, about = load(model), read_training(model)
    net.theta[...] = 3e38
    save(net, model, about)
    status, out, errors = told(capsys, "predict", model, "t.csv")
    assert (status, out) == (2, "")
    assert "the answer for row 0 is not finite" in errors
    status, _, errors = told(capsys, "evaluate", model, "t.csv")
    assert (status, "weights" in errors) == (2, True)


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("explain example W1[0,0]", "'W1[0,0]' is the address of a number: ask for it by --at"),
        ("train iris --lr 0.1", "Unknown option: --lr. Did you mean --learning-rate?"),
        ("evaluate m.safetensors --lr 0.1", "Unknown option: --lr.\n"),
        ("gradcheck m.safetensors iris", "'iris' is more than `gradcheck` takes: `glassnet gradch"),
        ("gradcheck --most 0", "most is 0: give a whole number from 1 up"),
    ],
)
def test_a_word_that_does_not_belong_there_is_told_by_what_is_meant(capsys, call, said):
    status, _, err = told(capsys, *call.split())
    assert status == 2
    assert said in err
