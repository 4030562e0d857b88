"""Several yes/no targets from the command: trained, measured, predicted, explained, refused."""

import contextlib
import csv
import random

import pytest
from command_runs import Done, status_of

pytest.importorskip("polars")


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    draw = random.Random(0)
    path = tmp_path_factory.mktemp("patients") / "patients.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(["age", "dose", "fever", "rash", "kind"])
        for _ in range(160):
            a, b = draw.gauss(0, 1), draw.gauss(0, 1)
            fever = "yes" if a + draw.gauss(0, 0.5) > 0 else "no"
            rash = int(b + draw.gauss(0, 0.5) > 1)
            out.writerow([f"{a:.3f}", f"{b:.3f}", fever, rash, draw.choice("uvw")])
    return path


@pytest.fixture(scope="module")
def model(table, tmp_path_factory):
    """A model, what its training told, and its report."""
    out, told, said = (
        tmp_path_factory.mktemp("model") / name for name in ("m.safetensors", "o", "e")
    )
    report = out.with_suffix(".html")
    given = ("--target", "fever,rash", "--epochs", "60", "--hidden", "8")
    with (
        told.open("w+") as one,
        said.open("w+") as other,
        contextlib.redirect_stdout(one),
        contextlib.redirect_stderr(other),
    ):
        assert status_of("train", table, *given, "--out", out, "--report", report) == 0
    return out, Done(0, told.read_text(), said.read_text()), report


def test_it_is_told_target_by_target_and_together(model):
    _, done, _ = model
    assert "160 rows, 3 columns, 2 yes/no targets to predict" in done.err
    assert "yes is fever = yes, rash = 1" in done.err
    assert "yes from 0." in done.err
    assert "the highest F1 on 3 folds of the 128 training rows" in done.err
    told = done.out
    for word in ("whole rows right", "F1", "log loss (nats)", "majority", "linear"):
        assert word in told
    head = next(line for line in told.splitlines() if line.startswith("target "))
    assert head.split() == [
        "target", "yes", "is", "from", "yes", "rows", "found", "false", "right", "majority", "F1",
        "ROC", "AUC",
    ]  # fmt: skip
    assert "beats each target's share of yes" in told
    assert len(head) <= 90


def test_a_column_each_is_predicted_with_its_probability(run, model, table, tmp_path):
    path, *_ = model
    done = run("predict", path, table, "--coverage", "0.9")
    assert "a set holds each word that has a probability of at least " in done.err
    assert "each target's truth, by itself, lies within in 90 of 100" in done.err
    rows = list(csv.DictReader(done.out.splitlines()))
    assert list(rows[0]) == [
        "row", "prediction fever", "prediction rash", "p(fever = yes)", "p(rash = 1)",
        "prediction set fever", "prediction set rash",
    ]  # fmt: skip
    assert {row["prediction fever"] for row in rows} == {"yes", "no"}
    assert {row["prediction rash"] for row in rows} == {"0", "1"}
    true = list(csv.DictReader(table.read_text("utf-8").splitlines()))
    for name in ("fever", "rash"):
        within = [r[f"prediction set {name}"].split(" | ") for r in rows]
        held = sum(t[name] in words for t, words in zip(true, within)) / len(rows)
        assert held > 0.85
    parquet = tmp_path / "answers.parquet"
    assert run("predict", path, table, "--out", parquet).status == 0
    document = run("predict", path, table, "--json").json
    assert document["columns"]["prediction rash"][0] in (0, 1)


def test_it_is_measured_again(run, model, table):
    path, *_ = model
    done = run("evaluate", path, table)
    assert done.out.startswith("This is no test of it. On 160 rows")
    assert "rash" in done.out
    document = run("evaluate", path, table, "--json").json
    assert document["estimate"]["task"] == "yes_no"
    assert [each["name"] for each in document["estimate"]["yes_no"]] == ["fever", "rash"]
    assert "f1[rash]" in document["estimate"]["figures"]


def test_a_row_is_explained_for_the_target_that_is_named(run, model, table):
    path, *_ = model
    done = run("explain", path, table, "--row", "0")
    assert "the model says fever = " in done.out
    assert "the data say fever = " in done.out
    assert "fever is called yes from a probability of " in done.out
    assert "The model also says rash = " in done.out
    other = run("explain", path, table, "--row", "0", "--of", "rash")
    assert "the model says rash = " in other.out
    assert "dose = " in other.out
    along = run("explain", path, table, "--along", "age", "--of", "fever")
    assert "The probability of fever = yes, as the model says it on average" in along.out
    none = run("explain", path, table, "--row", "0", "--of", "cough")
    assert (none.status, "'cough' is no target of this network" in none.err) == (2, True)
    alone = run("explain", path, "--set", "age=2")
    assert "the model says fever = yes" in alone.out


def test_folds_members_and_a_model_to_go_on_from(run, model, table):
    path, *_ = model
    given = ("--target", "fever", "--target", "rash", "--epochs", "6", "--hidden", "4")
    done = run("train", table, *given, "--test", "0", "--cv", "2", "--members", "2")
    assert done.status == 0, done.err
    assert "accuracy of rash" in done.out
    assert "Accuracy of each fold" in done.out
    on = run("train", table, *given[:4], "--epochs", "2", "--from", path)
    assert on.status == 0, on.err
    kept = run("train", table, *given, "--cv", "2", "--keep-folds")
    assert kept.status == 0, kept.err
    assert "accuracy of rash" in kept.out
    searched = run("train", table, *given, "--search", "2")
    assert "search: 2 settings" in searched.out


def test_balanced_moves_the_thresholds(run, table):
    given = ("--target", "fever,rash", "--epochs", "30", "--hidden", "4", "--json")
    settings = run("train", table, *given, "--class-weight", "balanced").json["settings"]
    assert settings["balanced"]
    assert settings["class_weight"] is None
    assert (
        settings["thresholds"][1] <= run("train", table, *given).json["settings"]["thresholds"][1]
    )


def test_the_report_tells_each_target(model):
    page = model[2].read_text(encoding="utf-8")
    assert "Each target by itself" in page
    assert "whole rows right" in page
    assert "fever = yes" in page


def test_what_is_exported_answers_with_probabilities_and_says_from_where_on(run, model, tmp_path):
    path, *_ = model
    out = tmp_path / "net.py"
    done = run("export", path, "--to", "numpy", "--out", out)
    assert "It answers with probabilities; the model calls fever = yes from 0." in done.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--memory", "300MB"), "trained with all rows in memory: leave --memory out"),
        (("--class-weight", "1=3"), "several yes/no targets take balanced"),
        (("--loss", "huber"), "learned by binary_cross_entropy, and the loss is huber"),
        (("--quantile", "0.9"), "learned by binary_cross_entropy, and the loss is pinball"),
        (("--groups", "kind"), "--groups tells the figures of one target"),
        (("--task", "classes"), "got 2 for task 'classes'"),
        (("--categories", "rash"), "it is to be predicted"),
    ],
)
def test_what_does_not_go_with_them_is_one_sentence(run, table, given, said):
    done = run("train", table, "--target", "fever,rash", "--epochs", "1", *given)
    assert done.status == 2
    assert said in done.err
    assert "Traceback" not in done.err


def test_what_a_model_of_them_has_not_is_one_sentence(run, model, table):
    path, *_ = model
    for given in (("evaluate", path, table, "--groups", "kind"),
                  ("predict", path, table, "--calibrated")):  # fmt: skip
        done = run(*given)
        assert done.status == 2
        assert done.err.count("\n") == 1


@pytest.mark.parametrize(("to", "ending"), [("c", "h"), ("numpy", "py"), ("torch", "py")])
def test_a_program_says_from_where_on_yes_is_said(run, model, tmp_path, to, ending):
    path, *_ = model
    out = tmp_path / f"m.{ending}"
    assert run("export", path, "--to", to, "--out", out).status == 0
    head = out.read_text("utf-8")[:600]
    assert "It answers with probabilities; the model calls fever = yes from 0." in head
