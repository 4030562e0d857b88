"""`train --test`: another share of the rows, the rows of another file, or none."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.exchange import read_training

pytestmark = pytest.mark.outside  # commands that train, each in a process of its own

pl = pytest.importorskip("polars")
QUICK = ("--target", "y", "--task", "number", "--l2", 0.01, "--epochs", 15)


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(200, 2))
    y = 3 * x[:, 0] + rng.normal(size=200)
    return pl.DataFrame({"a": x[:, 0], "b": x[:, 1], "y": y, "who": np.arange(200) // 10})


@pytest.fixture
def table(frame, tmp_path):
    path = tmp_path / "t.csv"
    frame.write_csv(path)
    return path


@pytest.mark.parametrize("more", [(), ("--group", "who"), ("--time", "who"), ("--memory", "400MB")])
def test_another_share(run, table, tmp_path, more):
    out = tmp_path / "m.safetensors"
    done = run("train", table, *QUICK, "--test", ".3", "--out", out, "--json", *more)
    assert done.status == 0, done.err
    assert done.json["test_rows"] + done.json["train_rows"] == 200
    assert 45 <= done.json["test_rows"] <= 75
    assert "30 %" in done.json["test"]
    assert read_training(out)["test"]["share"] == 0.3


def test_every_row_is_learned_from_and_the_figures_are_of_folds(run, table, tmp_path):
    out = tmp_path / "m.safetensors"
    done = run("train", table, *QUICK, "--test", 0, "--out", out)
    assert done.status == 0, done.err
    first = done.out.splitlines()[0]
    assert "in the mean of 5 folds of the 200 rows, all learned from" in first
    told = run("train", table, *QUICK, "--test", 0, "--cv", 4, "--json").json
    assert (told["train_rows"], told["test_rows"], told["estimate"]) == (200, 0, None)
    assert len(told["cross_validation"]["folds"]) == 4
    means = told["cross_validation"]["figures"]
    assert told["metrics"] == {name: of["mean"] for name, of in means.items()}
    assert read_training(out)["calibration"]["rows"] == "200 rows of 5 folds"
    assert run("predict", out, table, "--coverage", 0.9).status == 0
    told = " ".join(run("evaluate", out, table).out.split())
    assert "This is no test of it. On 200 rows: t.csv, every row; 200 of them it was" in told


def test_the_network_of_all_rows_is_that_of_fit(run, tmp_path):
    """As many rows as there are: the same bits as a network that learned from them in Python."""
    from glassnet.training.recipe.recipe import fit_settings, prepare, recipe_for

    out = tmp_path / "iris.safetensors"
    done = run("train", "iris", "--test", 0, "--epochs", 3, "--l2", 0.01, "--out", out)
    assert done.status == 0, done.err
    data = gn.load_data("iris")
    parts = gn.split_train_test(data, test=0)
    assert (len(parts.X), len(parts.X_test)) == (150, 0)
    recipe = recipe_for(data, parts=parts, epochs=3, l2=0.01)
    net, _ = prepare(data, recipe, parts=parts)
    gn.fit(net, parts.X, parts.y, **fit_settings(recipe))
    assert (gn.load(out).theta == net.theta).all()
    assert "every row; it was trained on them" in run("evaluate", out, "iris").out


def test_the_rows_of_another_table(run, frame, tmp_path):
    frame[:150].write_csv(tmp_path / "t.csv")
    other = tmp_path / "new.csv"
    frame[150:].select("y", "b", "who", "a").write_csv(other)
    out, again = tmp_path / "m.safetensors", tmp_path / "run"
    done = run("train", tmp_path / "t.csv", *QUICK, "--test", other, "--out", out, "--json",
               "--record", again)  # fmt: skip
    assert done.status == 0, done.err
    told = done.json
    assert (told["train_rows"], told["test_rows"]) == (150, 50)
    assert told["test"] == "the rows of new.csv"
    measured = run("evaluate", out, other, "--json").json
    assert measured["metrics"]["r2"] == pytest.approx(told["metrics"]["r2"])
    assert run("explain", again, "--step", 2, "--at", "W1[0,0]").status == 0


def test_a_row_alone_can_be_the_test(run, frame, tmp_path):
    frame[:150].write_csv(tmp_path / "t.csv")
    frame[150:151].write_csv(tmp_path / "one.csv")
    done = run("train", tmp_path / "t.csv", *QUICK, "--test", tmp_path / "one.csv", "--json")
    assert (done.status, done.json["test_rows"]) == (0, 1)


def test_a_recorded_run_of_another_share_is_asked_again(run, tmp_path):
    folder = tmp_path / "run"
    done = run("train", "iris", "--test", 0.4, "--epochs", 2, "--record", folder)
    assert done.status == 0, done.err
    assert run("explain", folder, "--step", 2, "--at", "W1[0,0]").status == 0


def test_test_rows_of_today_may_have_been_learned_from(run, table, tmp_path):
    out = tmp_path / "m.safetensors"
    assert run("train", table, *QUICK, "--out", out).status == 0
    done = run("train", table, "--epochs", 2, "--test", 0.4, "--from", out)
    assert "may be among those that it learned from" in done.err


def refused(done, words):
    assert (done.status, done.out) == (2, "")
    assert words in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (("--test", "1"), "give a share of the rows from 0 up, below 1"),
        (("--test", "-0.1"), "give a share of the rows"),
        (("--test", "nan"), "give a share of the rows"),
        (("--test", "nofile.csv"), "there is no such file"),
        (("--test", "0", "--report", "r.html"), "--report tells of test rows"),
        (("--test", "0", "--memory", "400MB"), "--test 0 has its figures from folds"),
        (("--test", "0", "--from", "m.safetensors"), "--test 0 has its figures from folds"),
        (("--test", "."), "which is no table"),
    ],
)
def test_sentences(run, table, more, words):
    refused(run("train", table, *QUICK, *more), words)


def test_other_columns_and_other_kinds_are_refused(run, table, frame, tmp_path):
    frame.select("a", "y").write_csv(tmp_path / "less.csv")
    refused(run("train", table, *QUICK, "--test", tmp_path / "less.csv"), "has no column 'b'")
    frame.select("a", "b").write_csv(tmp_path / "no.csv")
    refused(run("train", table, *QUICK, "--test", tmp_path / "no.csv"), "'y'")
    refused(run("train", table, *QUICK, "--memory", "400MB", "--test", table), "--test needs all")
    refused(run("train", "iris", "--test", table), "is none: give its kind")
    refused(run("train", "xor", "--test", "0.5"), "has test rows of its own")


def test_python_takes_a_share():
    data = gn.load_data("iris")
    assert len(gn.split_train_test(data, test=0.4).X_test) == 60
    mine = gn.Dataset("mine", np.eye(10), list("ab") * 5, test_share=0.4)
    assert len(gn.split_train_test(mine).X_test) == 4
    with pytest.raises(gn.InputError, match="test is 1: give a number from 0 and below 1"):
        gn.split_train_test(data, test=1)
