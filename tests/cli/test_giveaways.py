"""`train` says what gives the target away, before and after, with the figure without it."""

import numpy as np
import pytest

pytestmark = pytest.mark.outside  # commands that train, each in a process of its own

pl = pytest.importorskip("polars")

QUICK = ("--l2", 0.01, "--epochs", 40)


def clean(n=300, seed=2):
    rng = np.random.default_rng(seed)
    sex, age = rng.choice(["male", "female"], n), rng.integers(1, 70, n)
    fare = rng.lognormal(3, 0.7, n)
    lives = rng.random(n) < np.where(sex == "female", 0.75, 0.2)
    return pl.DataFrame({"sex": sex, "age": age, "fare": fare, "survived": lives.astype(int)})


def trained(run, table, path, *options):
    table.write_csv(path)
    return run("train", path, "--target", "survived", *QUICK, *options)


def test_a_clean_table_has_none(run, tmp_path):
    done = trained(run, clean(), tmp_path / "t.csv", "--json")
    assert done.json["giveaways"] == []
    assert "look:" not in done.err


def test_a_column_that_is_the_target_is_told_with_the_figure_without_it(run, tmp_path):
    table = clean().with_columns(alive=pl.col("survived").replace_strict({0: "no", 1: "yes"}))
    done = trained(run, table, tmp_path / "t.csv")
    assert "  look: 'alive' tells the target nearly alone. Leave it out" in done.err
    assert "'alive' tells the target nearly alone; without it the accuracy is 0." in done.out
    assert "instead of 1.000." in " ".join(done.out.split())
    (told,) = trained(run, table, tmp_path / "t.csv", "--json").json["giveaways"]
    assert (told["what"], told["columns"], told["given"]) == ("column", ["alive"], 1.0)
    assert 0.55 < told["without"] < 0.9


def test_numbers_in_the_order_of_the_target_are_told(run, tmp_path):
    table = clean().sort("survived")
    number = np.cumsum(np.random.default_rng(0).integers(1, 5, len(table)))
    table = table.with_columns(nr=pl.Series(number)).sample(fraction=1.0, shuffle=True, seed=1)
    (told,) = trained(run, table, tmp_path / "t.csv", "--json").json["giveaways"]
    assert (told["what"], told["columns"]) == ("identifier", ["nr"])


def test_copies_among_the_test_rows_are_told_with_the_figure_on_the_others(run, tmp_path):
    table = clean()
    done = trained(run, pl.concat([table, table[:60]]), tmp_path / "t.csv")
    assert "test rows are copies of rows to learn from; on the other test rows the" in " ".join(
        done.out.split()
    )


def test_a_date_that_comes_later_is_told(run, tmp_path):
    table, day = clean(), np.datetime64("2020-01-01") + np.arange(300)
    wait = np.where(table["survived"].to_numpy() == 1, 20, 2) + np.arange(300) % 3
    table = table.with_columns(opened=pl.Series(day), closed=pl.Series(day + wait))
    (told,) = trained(run, table, tmp_path / "t.csv", "--json").json["giveaways"]
    assert (told["what"], told["columns"], told["beside"]) == ("future", ["closed"], "opened")


def test_the_next_rows_target_is_told_where_a_time_is_named(run, tmp_path):
    table = clean()
    lead = np.roll(table["survived"].to_numpy(), -1)
    table = table.with_columns(lead=pl.Series(lead), t=pl.Series(np.arange(300) * 1.5))
    done = trained(run, table, tmp_path / "t.csv", "--time", "t", "--json")
    assert [told["columns"] for told in done.json["giveaways"]] == [["lead"]]
