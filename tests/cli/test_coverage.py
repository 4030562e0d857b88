"""`predict --coverage`: limits with a stated coverage, by the rows that training held."""

import csv

import numpy as np
import pytest

import glassnet as gn
from glassnet.cli.predict import _cell as cell
from glassnet.exchange import load, read_training, save

pytestmark = pytest.mark.outside  # commands that train, each in a process of its own

pl = pytest.importorskip("polars")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    rng = np.random.default_rng(3)
    x, group = rng.normal(size=(200, 2)), np.arange(200) // 10
    y = 3 * x[:, 0] + rng.normal(size=200)
    path = tmp_path_factory.mktemp("t") / "t.csv"
    pl.DataFrame(
        {"a": x[:, 0], "b": x[:, 1], "y": y, "z": -y, "who": [f"p{g}" for g in group],
         "high": np.where(y > 1, "yes", "no")}
    ).write_csv(path)  # fmt: skip
    return path


def trained(table, path, *options):
    from command_runs import status_of

    assert status_of("train", table, "--epochs", 20, "--out", path, *options) == 0
    return path


@pytest.fixture(scope="module")
def numbers(table, tmp_path_factory):
    path = tmp_path_factory.mktemp("m") / "numbers.safetensors"
    return trained(table, path, "--target", "y", "--task", "number")


@pytest.fixture(scope="module")
def classes(table, tmp_path_factory):
    path = tmp_path_factory.mktemp("m") / "classes.safetensors"
    return trained(table, path, "--target", "high")


def test_a_number_has_limits(run, table, numbers):
    done = run("predict", numbers, table, "--coverage", 0.9)
    assert done.err.startswith("coverage 0.9, by the 40 test rows (true coverage 0.81")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert [*rows[0]] == ["row", "prediction", "low", "high"]
    y = pl.read_csv(table)["y"].to_numpy()
    low, high = (np.array([float(row[side]) for row in rows]) for side in ("low", "high"))
    assert 0.8 < ((low <= y) & (y <= high)).mean() < 1
    assert np.ptp(high - low) < 1e-4


def test_a_row_has_a_set_of_classes(run, table, classes, tmp_path):
    done = run("predict", classes, table, "--coverage", 0.97, "--probabilities")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert {row["prediction set"] for row in rows} <= {"no", "yes", "no | yes"}
    assert cell(["no", "yes"]) == "no | yes"
    told = run("predict", classes, table, "--coverage", 0.97, "--json").json
    assert told["columns"]["prediction set"][0] in (["no"], ["yes"], ["no", "yes"])
    out = tmp_path / "a.parquet"
    assert run("predict", classes, table, "--coverage", 0.97, "--out", out).status == 0
    assert pl.read_parquet(out)["prediction set"].dtype == pl.List(pl.String)


def test_python_and_the_command_give_the_same(run, table, numbers):
    low, high = gn.load_conformal(numbers).predict_interval(pl.read_csv(table), coverage=0.8)
    told = run("predict", numbers, table, "--coverage", 0.8, "--json").json["columns"]
    assert np.allclose(low, told["low"])
    assert np.allclose(high, told["high"])


def test_several_numbers_have_limits_each(run, table, tmp_path):
    path = trained(table, tmp_path / "m.safetensors", "--target", "y", "--target", "z")
    done = run("predict", path, table, "--coverage", 0.9)
    header = done.out.splitlines()[0]
    assert header == "row,prediction y,low y,high y,prediction z,low z,high z" or header == (
        "row,prediction y,prediction z,low y,high y,low z,high z"
    )


def test_whole_groups_are_what_is_counted(run, table, tmp_path):
    path = trained(table, tmp_path / "m.safetensors", "--target", "y", "--group", "who")
    done = run("predict", path, table, "--coverage", 0.9)
    assert done.status == 2
    assert "a coverage of 0.9 needs 9 groups" in done.err
    assert "and there are 4: ask for at most 0.8" in done.err
    assert run("predict", path, table, "--coverage", 0.75).status == 0


def test_folds_give_the_scores_of_all_rows(run, table, tmp_path):
    path = tmp_path / "m.safetensors"
    trained(table, path, "--target", "y", "--task", "number", "--cv", 4)
    done = run("predict", path, table, "--coverage", 0.99)
    assert done.err.startswith("coverage 0.99, by the 200 rows of 4 folds (true coverage 0.97")
    trained(table, path, "--target", "y", "--group", "who", "--cv", 4)
    done = run("predict", path, table, "--coverage", 0.9)
    assert done.err.startswith("coverage 0.9, by the 200 rows of 4 folds: answers")


def test_a_table_in_blocks_keeps_scores_too(run, table, tmp_path):
    path = trained(table, tmp_path / "m.safetensors", "--target", "y", "--memory", "400MB")
    assert run("predict", path, table, "--coverage", 0.9).status == 0


def test_what_holds_no_scores_says_so(run, table, numbers, tmp_path):
    about = read_training(numbers)
    old = tmp_path / "old.safetensors"
    save(load(numbers), old, {name: about[name] for name in about if name != "calibration"})
    done = run("predict", old, table, "--coverage", 0.9)
    assert (done.status, done.out) == (2, "")
    assert "holds no scores of rows that the network did not learn from" in done.err
    assert len(done.err.splitlines()) == 1
    with pytest.raises(gn.InputError, match="holds no scores"):
        gn.load_conformal(old)


@pytest.mark.parametrize("coverage", ["0", "1", "1.5", "-1", "nan"])
def test_a_coverage_is_a_share(run, table, numbers, coverage):
    done = run("predict", numbers, table, "--coverage", coverage)
    assert done.status == 2
    assert "coverage" in done.err
    assert len(done.err.splitlines()) == 1


def test_a_set_of_which_all_rows_are_learned_from_keeps_none(run, tmp_path):
    path = tmp_path / "xor.safetensors"
    assert run("train", "xor", "--epochs", 5, "--out", path).status == 0
    assert read_training(path)["calibration"] is None


def test_rows_that_may_have_been_learned_from_keep_none(run, table, numbers, tmp_path):
    shorter = tmp_path / table.name
    pl.read_csv(table).head(120).write_csv(shorter)
    again = tmp_path / "again.safetensors"
    done = run("train", shorter, "--from", numbers, "--epochs", 2, "--out", again)
    assert "may be among those that it learned from" in done.err
    assert read_training(again)["calibration"] is None
    assert read_training(numbers)["calibration"]["rows"] == "40 test rows"


def test_probabilities_at_a_temperature_keep_the_answers(run, table, numbers, classes):
    done = run("predict", classes, table, "--calibrated", "--json")
    assert done.err.startswith("probabilities at temperature ")
    assert "by the 40 test rows: calibration error 0." in done.err
    assert ": they hold " in done.err
    plain = run("predict", classes, table, "--json").json
    told = done.json
    assert told["predictions"] == plain["predictions"]
    assert told["probabilities"] != plain["probabilities"]
    T = float(done.err.split()[3].rstrip(","))
    p = np.array(plain["probabilities"])
    again = p ** (1 / T) / (p ** (1 / T) + (1 - p) ** (1 / T))
    assert np.allclose(told["probabilities"], again, atol=5e-3)
    refused = run("predict", numbers, table, "--calibrated")
    assert (refused.status, len(refused.err.splitlines())) == (2, 1)
    assert "holds no temperature" in refused.err


def test_of_two_classes_the_limit_is_of_the_probabilities_that_are_told():
    from glassnet.jobs.predict import _limit as limit

    assert limit(0.1, 2, 2.0) == "classes of a probability of 0.25 and more"  # (1/9)^(1/2) = 1/3
    assert limit(0.1, 2, 1.0) == "classes of a probability of 0.1 and more"
    assert limit(0.1, 3, 2.0).endswith("0.1 and more before the temperature")
