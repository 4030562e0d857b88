"""`explain` for people: why a row is answered so, what would change it, and along a column."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from command_runs import Run, status_of

import glassnet as gn

BAKERY = Path(__file__).parents[2] / "examples" / "bakery.csv"


@pytest.fixture(scope="module")
def bakery(tmp_path_factory) -> Path:
    """A folder with the table and a model of numbers, one of classes, and one of iris."""
    folder = tmp_path_factory.mktemp("bakery")
    table = folder / "bakery.csv"
    shutil.copy(BAKERY, table)
    for target, name in (("sold", "sold"), ("weather", "weather")):
        out = folder / f"{name}.safetensors"
        told = ("train", table, "--target", target, "--epochs", "25", "--out", out, "--json")
        assert not status_of(*told)
    assert not status_of(
        "train", "digits", "--epochs", "2", "--out", folder / "digits.safetensors", "--json"
    )
    return folder


def figures(text: str) -> list[float]:
    """The figures of the sum, down to 'in all'."""
    found = re.findall(
        r"^ +([+−]?[\d,.]+)(?: %)?  +(?=\S)", text.partition("in all")[0] + "in all", re.M
    )
    return [float(each.replace("−", "-").replace(",", "")) for each in found]


def rounded_sum(told: list[float]) -> float:
    return abs(sum(told[:-1]) - told[-1])


def test_a_number_is_told_as_a_sum_in_its_unit(run: Run, bakery: Path):
    done = run("explain", bakery / "sold.safetensors", bakery / "bakery.csv", "--row", "3")
    assert (done.status, done.err) == (0, "")
    table = pl.read_csv(bakery / "bakery.csv", separator=";", infer_schema=False)
    (said,) = gn.load(bakery / "sold.safetensors").predict(table[3])
    told = figures(done.out)
    assert told[-1] == pytest.approx(said, abs=0.06)
    assert rounded_sum(told) < 0.4
    for name in ("day", "weather", "temperature", "holiday", "offer"):
        assert f"{name} = {table[name][3]}" in done.out
    assert "100 of the 293 rows it was trained on" in done.out
    assert "a3[0]" in done.out


def test_a_class_is_told_in_points_and_with_what_would_change_it(run: Run, bakery: Path):
    model, table = bakery / "weather.safetensors", bakery / "bakery.csv"
    done = run("explain", model, table, "--row", "3", "--fix", "offer")
    assert re.search(r"^the model says weather = \w+, \d+\.\d %$", done.out, re.M)
    assert rounded_sum(figures(done.out)) < 0.4
    assert "The model would say" in done.out
    assert "offer kept" in done.out
    why = json.loads(run("explain", model, table, "--row", "3", "--json").out)["reasons"]
    changes = {each["name"]: each["after"] for each in why["otherwise"]["changes"]}
    row = pl.read_csv(table, separator=";", infer_schema=False).row(3, named=True) | changes
    assert gn.load(model).predict([row])[0] == why["otherwise"]["answer"] != why["answer"]


def test_the_cells_of_ones_own_are_put_in(run: Run, bakery: Path):
    model = bakery / "sold.safetensors"
    done = run("explain", model, bakery / "bakery.csv", "--row", "3", "--set", "weather=snow")
    assert "with weather = snow" in done.out
    assert "weather = snow" in done.out.partition("in all")[0].partition("sold")[2]
    assert "loss" not in done.out
    alone = run("explain", model, "--set", "weather=snow", "--set", "holiday=yes")
    assert re.search(r"for a typical row: day = 2024-\S+, weather = cloud", alone.out)
    assert rounded_sum(figures(alone.out)) < 0.4
    typical = json.loads(run("explain", model, "--set", "weather=snow", "--json").out)["reasons"]
    assert re.fullmatch(r"2024-\d\d-\d\d", typical["typical"]["day"])


def test_numbers_of_ones_own_need_no_table(run: Run, tmp_path: Path):
    X = np.random.default_rng(0).normal(size=(60, 2))
    net = gn.Network.dense([2, 4, 2], hidden="tanh", output="softmax", seed=0)
    net.fit(X, (X[:, 0] > 0).astype(int), epochs=20)
    net.save(tmp_path / "raw.safetensors")
    done = run("explain", tmp_path / "raw.safetensors", "--set", "x[0]=2")
    assert (done.status, done.err) == (0, "")
    assert "over a row of zeros" in done.out
    assert "x[0] = 2" in done.out
    (said,) = net.predict([[2.0, 0.0]])
    assert f"\nthe model says {said}, " in done.out
    assert "x[2]" in run("explain", tmp_path / "raw.safetensors", "--set", "x[2]=1").err


def test_a_row_without_a_target_is_told_and_its_loss_is_not(run: Run, bakery: Path, tmp_path: Path):
    table = pl.read_csv(bakery / "bakery.csv", separator=";", infer_schema=False)[:4]
    new, model = tmp_path / "new.csv", bakery / "sold.safetensors"
    table.drop("sold").write_csv(new, separator=";")
    done = run("explain", model, new, "--row", "2")
    assert "for a typical row" in done.out
    assert "Ask on with --at: x[0]" in done.out
    asked = run("explain", model, new, "--row", "2", "--at", "z1[0]")
    assert asked.out.startswith("z1[0] = ")
    refused = run("explain", model, new, "--row", "2", "--at", "delta1[0]")
    assert refused.status == 2
    assert "no target" in refused.err
    against = run("explain", model, new, "--row", "2", "--background", bakery / "bakery.csv")
    assert "100 of the 366 rows of bakery.csv" in against.out


def test_an_image_is_told_by_squares(run: Run, bakery: Path):
    done = run("explain", bakery / "digits.safetensors", "digits", "--row", "4")
    assert "each square of 2×2 pixels" in done.out
    why = json.loads(
        run("explain", bakery / "digits.safetensors", "digits", "--row", "4", "--json").out
    )["reasons"]["shares"]
    assert len(why["contributions"]) == 16
    total = why["base"] + sum(each["value"] for each in why["contributions"])
    assert total == pytest.approx(why["value"])
    assert not why["exact"]


def test_the_mean_along_a_column(run: Run, bakery: Path):
    model, table = bakery / "sold.safetensors", bakery / "bakery.csv"
    done = run("explain", model, table, "--along", "weather")
    lines = done.out.partition("\n\n")[2].splitlines()
    assert [line.split()[0] for line in lines[:4]] == ["cloud", "sun", "rain", "snow"]
    told = json.loads(run("explain", model, table, "--along", "weather", "--json").out)
    frame = pl.read_csv(table, separator=";", infer_schema=False)
    net = gn.load(model)
    for point in told["points"]:
        frame = frame.with_columns(weather=pl.lit(point["cell"]))
        assert point["mean"] == pytest.approx(np.mean(net.predict(frame)), rel=1e-4)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--row", "3", "--fix", "day"), "--fix goes with --to"),
        (("--row", "3", "--to", "much"), "the number that is to be reached"),
        (("--row", "3", "--to", "9", "--fix", "colour"), "no column"),
        (("--row", "3", "--set", "colour=red"), "no column 'colour'"),
        (("--row", "3", "--set", "day"), "--set day: give a column and its cell"),
        (("--row", "3", "--set", "temperature=hot"), "no finite number"),
        (("--row", "999"), "not among the 366 rows"),
        (("--of", "kilos"), "no target"),
        (("--along", "colour"), "no column"),
        (("--along", "day", "--row", "3"), "all rows"),
        (("--background", "nowhere.csv"), "nowhere.csv"),
    ],
)
def test_what_cannot_be_asked_is_a_sentence(run: Run, bakery: Path, words, sentence: str):
    done = run("explain", bakery / "sold.safetensors", bakery / "bakery.csv", *words)
    assert (done.status, done.out) == (2, "")
    assert sentence in done.err
    assert done.err.count("\n") == 1


@pytest.fixture(scope="module")
def two(tmp_path_factory) -> tuple[Path, Path]:
    """A model of two numbers, and its table, which has a decimal comma."""
    folder = tmp_path_factory.mktemp("two")
    rng = np.random.default_rng(3)
    heat, kind = rng.normal(10, 5, 200), rng.choice(["a", "b", "c"], 200)
    frame = pl.DataFrame(
        {
            "heat": [f"{each:.1f}".replace(".", ",") for each in heat],
            "kind": kind,
            "cups": [f"{each:.1f}".replace(".", ",") for each in 100 + 5 * heat],
            "sold cake": [f"{each:.1f}".replace(".", ",") for each in 60 - 2 * heat],
        }
    )
    table, out = folder / "two.csv", folder / "two.safetensors"
    frame.write_csv(table, separator=";")
    told = ("--target", "cups", "--target", "sold cake", "--epochs", "40", "--preset", "plain")
    assert not status_of("train", table, *told, "--out", out, "--json")
    return out, table


def test_of_two_numbers_the_one_that_is_asked_for_is_sought_and_named(run: Run, two):
    model, table = two
    asked = ("explain", model, table, "--row", "7", "--of", "sold cake", "--to")
    why = json.loads(run(*asked, "50", "--json").out)["reasons"]
    found, before = why["otherwise"], why["shares"]["value"]
    row = pl.read_csv(table, separator=";", infer_schema=False).row(7, named=True)
    row |= {each["name"]: each["after"] for each in found["changes"]}
    (said,) = gn.load(model).predict([row])
    assert said[1] == pytest.approx(found["value"], rel=1e-4)
    assert (said[1] - 50) * (before - 50) <= 0
    done = run(*asked, "50,0")
    told = " ".join(done.out.split())
    assert re.search(r"; the data say cups = [\d.]+, sold cake = [\d.]+", done.out)
    assert re.search(r"^the model says sold cake = [\d.]+$", done.out, re.M)
    assert "The model also says cups = " in told
    said = re.search(r"The model would say sold cake = ([\d.]+) if", told)
    assert said is not None
    assert float(said[1]) == pytest.approx(found["value"], abs=0.06)
    assert "answers with sold cake = 9999 or more." in " ".join(run(*asked, "9999").out.split())
    assert "--of 'sold cake' tells why" in run("explain", model, table, "--row", "7").out


def test_cells_and_other_rows_go_with_a_model(run: Run):
    done = run("explain", "example", "--set", "a=3")
    assert done.status == 2
    assert "go with a model" in done.err


@pytest.mark.parametrize("more", [("--target", "sold"), ("--target", "weather", "--time", "day")])
def test_a_report_says_why_of_the_columns_and_of_the_worst_rows(
    run: Run, bakery: Path, tmp_path: Path, more
):
    page = tmp_path / "r.html"
    assert not run("train", bakery / "bakery.csv", *more, "--epochs", "5", "--report", page).status
    text = page.read_text("utf-8")
    why = text.partition('id="why-title"')[2].partition("<h2")[0]
    assert "partial" in why
    assert why.count("<h3>Row") == why.count("in all") == 3
    worst = re.findall(r"<h3>Row (\d+)", why)
    told = run("train", bakery / "bakery.csv", *more, "--epochs", "5", "--out", tmp_path / "m")
    assert not told.status
    done = run("explain", tmp_path / "m", bakery / "bakery.csv", "--row", worst[0])
    first = done.out.splitlines()[2]
    assert first.partition("&")[0] in why.replace("&#39;", "'")


def test_a_picture_stands_beside_the_squares_that_are_told(run, tmp_path):
    from glassnet.data import load_data, split_train_test

    out = tmp_path / "digits.safetensors"
    run("train", "digits", "--hidden", "8", "--epochs", "1", "--out", out)
    told = run("explain", out, "digits", "--row", "3").out.splitlines()
    first = next(k for k, line in enumerate(told) if "the picture beside them" in line) + 1
    image = split_train_test(load_data("digits")).X_test[3].reshape(8, 8) / 16
    brightest = image / image.max()
    for line, pixels in zip(told[first : first + 8], brightest):
        # the fullest sign where a pixel is bright, none where it is dark; two signs each
        signs = "".join(2 * " .:+#"[min(int(5 * pixel), 4)] for pixel in pixels).rstrip()
        assert line.endswith(signs)
