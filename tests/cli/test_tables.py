"""A table of one's own goes through every command: trained on, measured, predicted, explained."""

import csv
import json
from contextlib import contextmanager

import numpy as np
import pytest

pl = pytest.importorskip("polars")

COLOURS = ["red", "green", "blue"]


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """80 rows of a made-up shop: a semicolon between cells, a decimal comma, missing cells."""
    rng = np.random.default_rng(5)
    path = tmp_path_factory.mktemp("shop") / "shop.csv"
    lines = ["number;size;colour;open;price;sold"]
    for i in range(80):
        size, colour = rng.normal(10, 3), COLOURS[rng.integers(3)]
        price = 2 * size + 5 * COLOURS.index(colour) + rng.normal(0, 0.3)
        shown = "" if i % 9 == 4 else f"{size:.2f}".replace(".", ",")
        sold = "yes" if price > 25 else "no"
        lines.append(f"{i};{shown};{colour};{['ja', 'nein'][i % 2]};{price:.2f}".replace(".", ",")
                     + f";{sold}")  # fmt: skip
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def model(table, tmp_path_factory):
    from command_runs import status_of

    path = tmp_path_factory.mktemp("model") / "m.safetensors"
    call = ["train", table, "--target", "sold", "--epochs", 40, "--out", path]
    assert status_of(*call) == 0
    return path


def test_columns_are_shown_before_and_figures_after(run, table):
    done = run("train", table, "--target", "sold", "--epochs", 30)
    assert done.status == 0
    assert "semicolon between cells, decimal comma, with a header" in done.err
    assert "left out (identifier), counts the rows" in done.err
    assert "because: 64 training rows" in done.err
    assert "balanced accuracy" in done.out
    assert "majority" in done.out
    assert "linear" in done.out


def test_a_number_is_predicted_in_its_own_units(run, table):
    done = run("train", table, "--target", "price", "--json")
    document = json.loads(done.out)
    assert document["metrics"]["r2"] > 0.8
    assert document["metrics"]["mae"] < 3
    assert set(document["estimate"]["baselines"]) == {"mean", "linear"}


def test_cross_validation_search_and_a_report(run, table, tmp_path):
    page = tmp_path / "report.html"
    done = run("train", table, "--target", "sold", "--epochs", 10, "--cv", 3, "--search", 3,
               "--report", page)  # fmt: skip
    assert done.status == 0, done.err
    assert "3 folds" in done.out
    assert "search: 3 settings" in done.out
    text = page.read_text(encoding="utf-8")
    assert "left out" in text or "identifier" in text
    assert "colour" in text


def test_raw_rows_in_any_order_are_predicted(run, table, model, tmp_path):
    frame = pl.read_csv(table, separator=";", infer_schema=False)
    other = tmp_path / "other.csv"
    frame.select("price", "open", "colour", "size").with_columns(colour=pl.lit("violet")).head(
        5
    ).write_csv(other, separator=";")
    done = run("predict", model, other, "--probabilities")
    rows = list(csv.DictReader(done.out.splitlines()))
    assert len(rows) == 5
    assert set(rows[0]) == {"row", "prediction", "probability", "p(no)", "p(yes)"}
    assert {row["prediction"] for row in rows} <= {"yes", "no"}
    answers = tmp_path / "answers.parquet"
    assert run("predict", model, table, "--out", answers).status == 0
    assert pl.read_parquet(answers).columns == ["row", "prediction", "probability"]
    assert len(pl.read_parquet(answers)) == 80


def test_the_model_is_measured_and_asked_on_raw_rows(run, table, model):
    document = json.loads(run("evaluate", model, table, "--json").out)
    assert document["rows"] == 80
    assert document["which"] == "shop.csv, every row; 64 of them it was trained on"
    assert document["metrics"]["accuracy"] > 0.9
    done = run("explain", model, table, "--row", 3, "--at", "a1[0]")
    assert done.status == 0, done.err


def test_a_recorded_training_on_a_table_is_asked_again(run, table, tmp_path):
    folder = tmp_path / "run"
    done = run("train", table, "--target", "sold", "--epochs", 3, "--record", folder)
    assert done.status == 0, done.err
    assert run("explain", folder, "--step", 2, "--at", "W1[0,1]").status == 0
    assert run("diagnose", folder).status in (0, 1)


def test_a_table_in_blocks_is_trained_on_as_well(run, table, tmp_path):
    path = tmp_path / "m.safetensors"
    done = run("train", table, "--target", "price", "--memory", "400MB", "--epochs", 200,
               "--out", path, "--json")  # fmt: skip
    assert done.status == 0, done.err
    document = json.loads(done.out)
    assert document["metrics"]["r2"] > 0.8
    assert set(document["estimate"]["baselines"]) == {"mean", "linear"}
    done = run("evaluate", path, table)
    assert done.status == 0
    assert "linear" in done.out


def test_a_table_in_blocks_is_trained_on_with_the_threads_that_were_asked_for(
    run, table, monkeypatch
):
    asked = []

    @contextmanager
    def seen(threads):
        asked.append(threads)
        yield

    monkeypatch.setattr("glassnet.jobs.threads_and_signals.blas_threads", seen)
    call = ["train", table, "--target", "price", "--memory", "400MB", "--epochs", 1]
    assert run(*call, "--threads", 2).status == 0
    assert asked == [2, 2]  # the network's training, and the linear model's beside it


BAD = {
    "did you mean 'sold'": ["--target", "sole"],
    "Give --target": [],
    "counted from 0": ["--target", "9"],
    "name those of one kind": ["--target", "sold", "--target", "price"],
    "--search needs all rows in memory": ["--target", "sold", "--memory", "1GB", "--search", 3],
    "memory is 'much'": ["--target", "sold", "--memory", "much"],
}


@pytest.mark.parametrize("said", BAD)
def test_a_bad_call_is_one_sentence(run, table, said):
    done = run("train", table, *BAD[said])
    assert done.status == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_a_target_for_what_is_no_table_is_one_sentence(run):
    done = run("train", "iris", "--target", "species")
    assert (done.status, done.out) == (2, "")
    assert "--target goes with a table" in done.err


def test_columns_that_are_missing_at_prediction_are_named(run, table, model, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("size;open\n1,5;ja\n2,5;nein\n", encoding="utf-8")
    done = run("predict", model, other)
    assert done.status == 2
    assert "the column 'colour' is missing" in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,y\n", "a header and no row"),
        ("a,y\n1,2\n", "one row of data"),
        ("a,y\n" + "1,u\n" * 20, "in every row"),
        ("a,y\n" + "".join(f",{i % 2}\n" for i in range(20)), "no column is left"),
        ("a,y\n" + "".join(f"{i * 0.3},x\n" for i in range(20)), "'x' in every row"),
        ("a,b,y\n1,2,3\n1,2\n", "line 3 has 2 cells"),
        ("y\n" + "0\n1\n" * 9, "no column besides the target"),
    ],
)
def test_a_bad_table_is_one_sentence(run, tmp_path, text, said):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    done = run("train", path, "--target", "y")
    assert done.status == 2
    assert said in done.err
    assert done.err.count("\n") == 1


def test_pictures_without_a_class_are_predicted_by_their_names(run, tmp_path):
    Image = pytest.importorskip("PIL.Image")
    rng = np.random.default_rng(0)
    for i in range(24):
        folder = tmp_path / "seen" / ("dark" if i % 2 else "light")
        folder.mkdir(parents=True, exist_ok=True)
        shade = rng.integers(0, 90, (6, 6)) + (0 if i % 2 else 160)
        Image.fromarray(shade.astype(np.uint8)).save(folder / f"{i}.png")
    model = tmp_path / "m.safetensors"
    assert run("train", tmp_path / "seen", "--epochs", 20, "--out", model).status == 0
    (tmp_path / "new").mkdir()
    Image.new("L", (9, 5), 20).save(tmp_path / "new" / "night.png")
    Image.new("L", (6, 6), 240).save(tmp_path / "new" / "noon.png")
    rows = list(csv.DictReader(run("predict", model, tmp_path / "new").out.splitlines()))
    assert [(row["file"], row["prediction"]) for row in rows] == [
        ("night.png", "dark"), ("noon.png", "light"),
    ]  # fmt: skip


def test_the_settings_tell_of_shards(run, table):
    for more, shards in ((), None), (("--deterministic",), 8):
        done = run("train", table, "--target", "price", "--epochs", 1, *more, "--json")
        assert json.loads(done.out)["settings"]["shards"] == shards


def test_large_answers_are_told_whole():
    from glassnet.cli.predict import _cell

    said = [_cell(value) for value in (1077380.4, -2e6, 788702.44, 1.0773e-7, 2e15, "dear", [1, 2])]
    assert said == ["1077380", "-2000000", "788702", "1.0773e-07", "2e+15", "dear", "1 | 2"]
