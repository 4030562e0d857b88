"""`--quantile`, and a network that is no better than one answer for all rows."""

import csv
import json
import random
import subprocess
import sys

import pytest

pytest.importorskip("polars")


def table(folder, name="length\nin cm", rows=120):
    draw = random.Random(0)
    path = folder / "table.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow([name, "width", "price"])
        for _ in range(rows):
            a, b = draw.random(), draw.random()
            out.writerow([f"{a:.3f}", f"{b:.3f}", f"{a + 2 * b + draw.gauss(0, 0.1):.3f}"])
    return path


def test_a_quantile_is_trained_for_saved_and_told(run, tmp_path):
    path, out = table(tmp_path, "length"), tmp_path / "m.safetensors"
    done = run(
        "train", path, "--target", "price", "--quantile", "0.9", "--epochs", "40", "--out", out
    )
    assert done.status == 0
    assert "at or below" in done.out.splitlines()[0]
    assert "90 % are aimed at" in done.out
    told = json.loads(
        run("train", path, "--target", "price", "--quantile", "0.9", "--epochs", "2", "--json").out
    )
    assert next(iter(told["metrics"])) == "at_or_below"
    assert told["settings"]["quantile"] == 0.9
    measured = run("evaluate", out, path)
    assert measured.out.startswith("This is no test of it. On 120 rows: ")
    assert "\nat or below: " in measured.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--quantile", "1.9"), "quantile is 1.9: give a number between 0 and 1"),
        (("--quantile", ".1,.9"), "takes one number: give several as --quantiles .1,.9"),
        (("--quantile", "0.9", "--loss", "huber"), "the quantile belongs to the loss pinball"),
    ],
)
def test_a_quantile_that_cannot_be_is_refused_in_a_sentence(run, tmp_path, given, said):
    done = run("train", table(tmp_path, "length"), "--target", "price", *given)
    assert done.status == 2
    assert said in done.err


def test_what_is_worse_than_one_answer_is_said_first(run, tmp_path):
    path = table(tmp_path, "length")
    done = run(
        "train", path, "--target", "price", "--epochs", "1", "--learning-rate", "3", "--l2", "0"
    )
    assert done.out.startswith("It is worse than one answer for all rows, the mean: R²")


def test_a_column_s_name_with_a_line_break_stands_in_one_line(run, tmp_path):
    done = run("train", table(tmp_path), "--target", "price", "--epochs", "1")
    assert "  length⏎in cm  number" in done.err


def test_a_cell_of_one_s_own_is_named_by_its_option(run, tmp_path):
    path, out = table(tmp_path, "length"), tmp_path / "m.safetensors"
    run("train", path, "--target", "price", "--epochs", "1", "--out", out)
    done = run("explain", out, path, "--row", "5", "--set", "width=wide")
    assert done.status == 2
    assert "'wide' as it was set, which is no finite number" in done.err
    assert "row 0" not in done.err


def test_the_mean_answer_along_a_column_says_when_it_draws_rows(run, tmp_path):
    path, out = table(tmp_path, "length", 640), tmp_path / "m.safetensors"
    run("train", path, "--target", "price", "--epochs", "1", "--l2", "0", "--out", out)
    done = run("explain", out, path, "--along", "width")
    assert done.status == 0
    assert "taken over 500 rows drawn from these " in done.err


def test_an_exported_program_says_what_is_wrong_in_a_sentence(run, tmp_path):
    path, out = table(tmp_path, "length"), tmp_path / "m.safetensors"
    run("train", path, "--target", "price", "--epochs", "1", "--hidden", "4", "--out", out)
    other = tmp_path / "other.csv"
    other.write_text("width,price\n1,2\n", encoding="utf-8")
    for to in ("numpy", "python"):
        program = tmp_path / f"net_{to}.py"
        assert run("export", out, "--to", to, "--out", program).status == 0
        for data, said in (
            (tmp_path / "none.csv", "No such file"),
            (other, "'length' is missing"),
        ):
            command = [sys.executable, program, data]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            assert done.returncode == 2
            assert said in done.stderr
            assert "Traceback" not in done.stderr


def test_several_quantiles_are_one_model_that_never_crosses(run, tmp_path):
    path, out = table(tmp_path, "length"), tmp_path / "m.safetensors"
    report = tmp_path / "r.html"
    done = run("train", path, "--target", "price", "--quantiles", ".9,.1,.5", "--epochs", "40",
               "--out", out, "--report", report)  # fmt: skip
    assert done.status == 0, done.err
    assert "quantiles 0.1, 0.5, 0.9" in done.err
    for told in ("between the outer", "at or below q0.9", "pinball loss", "80 % are aimed at"):
        assert told in done.out
    rows = list(csv.DictReader(run("predict", out, path).out.splitlines()))
    names = ["prediction q0.1", "prediction q0.5", "prediction q0.9"]
    assert list(rows[0]) == ["row", *names]
    said = [[float(row[name]) for name in names] for row in rows]
    assert all(row == sorted(row) for row in said)
    measured = run("evaluate", out, path, "--json").json
    assert next(iter(measured["metrics"])) == "within"
    asked = run("explain", out, path, "--row", "0", "--of", "q0.9")
    assert "the model says q0.9 = " in asked.out
    assert "The model also says q0.1 = " in asked.out
    slope = run("explain", out, path, "--row", "0", "--at", "delta3[2]")
    assert "/2 − 0.9" in slope.out
    typical = run("explain", out, "--set", "width=0.5")
    assert typical.status == 0, typical.err
    assert run("train", path, "--target", "price", "--from", out, "--epochs", "2").status == 0
    assert run("train", path, "--target", "price", "--quantiles", ".1,.9", "--members", "2",
               "--epochs", "2").status == 0  # fmt: skip
    header = run("export", out, "--to", "c", "--out", tmp_path / "m.h")
    assert "put each row's quantiles in rising order" in header.out


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--quantiles", ".9"), "give two or more different numbers between 0 and 1"),
        (("--quantiles", ".1,1"), "give two or more different numbers between 0 and 1"),
        (("--quantiles", "low,high"), "give two or more different numbers between 0 and 1"),
        (("--quantiles", ".1,.9", "--loss", "huber"), "by the loss pinball: leave the loss out"),
        (("--quantiles", ".1,.9", "--quantile", ".5"), "leave the quantile out"),
        (("--quantiles", ".1,.9", "--cv", "3"), "on test rows and once: leave --cv out"),
        (("--quantiles", ".1,.9", "--test", "0"), "on test rows and once: leave --test 0 out"),
        (("--quantiles", ".1,.9", "--target", "width"), "several quantiles are of one number"),
    ],
)
def test_several_quantiles_that_cannot_be_are_refused_in_a_sentence(run, tmp_path, given, said):
    done = run("train", table(tmp_path, "length"), "--target", "price", *given, "--epochs", "1")
    assert done.status == 2
    assert said in done.err


def test_a_model_of_quantiles_has_no_other_limits(run, tmp_path):
    path, out = table(tmp_path, "length"), tmp_path / "m.safetensors"
    run("train", path, "--target", "price", "--quantiles", ".1,.9", "--epochs", "1", "--out", out)
    done = run("predict", out, path, "--coverage", "0.9")
    assert (done.status, "--coverage goes with a model of the number" in done.err) == (2, True)
    done = run("export", out, "--to", "numpy", "--out", tmp_path / "m.py")
    assert (done.status, "write it --to c, html, onnx" in done.err) == (2, True)


SEVERAL = ("--target", "price", "--quantiles", ".1,.5,.9", "--epochs", "30")


def test_groups_of_a_model_of_several_quantiles_are_refused(run, tmp_path):
    path, out = table(tmp_path, "length"), tmp_path / "m.safetensors"
    assert run("train", path, *SEVERAL, "--out", out).status == 0
    done = run("evaluate", out, path, "--groups", "width")
    assert done.status == 2
    assert "this model gives several quantiles: leave it out" in done.err


@pytest.mark.parametrize("quantiles", [["--quantiles", ".1,.5,.9"], ["--quantile", "0.9"]])
def test_a_recorded_run_of_quantiles_is_diagnosed_by_their_loss(run, tmp_path, quantiles):
    path = table(tmp_path, "length", 200)
    done = run("train", path, "--target", "price", *quantiles, "--epochs", "80",
               "--record", tmp_path / "RUN")  # fmt: skip
    assert done.status == 0
    found = run("diagnose", tmp_path / "RUN")
    assert found.status == 0, found.out
    assert "1. healthy (note)" in found.out


def test_weights_of_8_bits_are_measured_by_the_loss_of_quantiles(run, tmp_path):
    path, out = table(tmp_path, "length"), tmp_path / "m.safetensors"
    assert run("train", path, *SEVERAL, "--out", out).status == 0
    done = run("export", out, "--to", "c", "--int8", path, "--out", tmp_path / "m.h")
    assert done.status == 0, done.err
    assert "Pinball loss with weights of 8 bits: " in done.out + done.err


@pytest.mark.parametrize(("quantile", "compared"), [("0.9", False), ("0.5", True)])
def test_folds_of_a_quantile_are_not_judged_by_the_middle(run, tmp_path, quantile, compared):
    path = table(tmp_path, "length")
    done = run("train", path, "--target", "price", "--quantile", quantile, "--epochs", "20",
               "--cv", "3")  # fmt: skip
    assert done.status == 0
    said = done.out.partition("3 folds ")[2]
    assert ("beats the mean" in said) == compared
    assert ("lie at or below what is said" in " ".join(said.split())) == (not compared)
