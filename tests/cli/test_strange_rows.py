"""`predict` tells of rows that hold what training did not."""

import csv
import io
from pathlib import Path

import pytest
from command_runs import Run, status_of

HEADER = "day;weather;temperature;holiday;offer\n"


@pytest.fixture(scope="module")
def model(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("model") / "bakery.safetensors"
    bakery = Path(__file__).parents[2] / "examples" / "bakery.csv"
    assert not status_of(
        "train", bakery, "--target", "sold", "--epochs", "3", "--out", out, "--json"
    )
    return out


@pytest.mark.parametrize(
    ("row", "marked", "words"),
    [
        ("2024-05-01;sun;12,5;no;cake", "", ""),
        ("2024-05-01;sun;29;no;cake", "", ""),  # a little beyond what was ever measured
        ("2024-05-01;sun;;no;cake", "", ""),  # missing, as some in training
        ("2024-05-01;;12,5;;cake", "weather; holiday", "(missing where training had none)"),
        ("2024-05-01;fog;12,5;no;cake", "weather", "'weather' in 1 (never met)"),
        ("2024-05-01;sun;60;no;cake", "temperature", "to 25.8"),
        ("2031-05-01;sun;12,5;no;cake", "day", "outside 2024-01-0"),
        ("2031-05-01;fog;-60;no;pie", "day; weather; temperature; offer", "'offer' in 1"),
    ],
)
def test_a_row_is_marked_by_what_training_did_not_hold(
    run: Run, model: Path, tmp_path: Path, row: str, marked: str, words: str
):
    new = tmp_path / "new.csv"
    new.write_text(HEADER + "2024-06-03;sun;12,5;no;cake\n" + row + "\n", encoding="utf-8")
    done = run("predict", model, new, "--mark")
    told = list(csv.DictReader(io.StringIO(done.out)))
    assert [each["unseen"] for each in told] == ["", marked]
    assert words in done.err
    assert ("1 of 2 rows holds what training did not" in done.err) == bool(marked)
    plain = run("predict", model, new)
    assert plain.err == done.err
    assert "unseen" not in plain.out
    assert [line.split(",")[1] for line in plain.out.splitlines()[1:]] == [
        each["prediction"] for each in told
    ]


def test_the_rows_of_the_training_are_not_strange(run: Run, model: Path):
    bakery = Path(__file__).parents[2] / "examples" / "bakery.csv"
    assert run("predict", model, bakery).err == ""


def test_of_no_table_nothing_is_marked(run: Run, tmp_path: Path):
    assert not run("train", "iris", "--epochs", "1", "--out", tmp_path / "m").status
    done = run("predict", tmp_path / "m", "iris", "--mark")
    assert done.status == 2
    assert "--mark goes with a model of a table" in done.err


def test_explain_tells_of_them_too(run: Run, model: Path, tmp_path: Path):
    new = tmp_path / "new.csv"
    new.write_text(HEADER + "2031-05-01;fog;12,5;;cake\n", encoding="utf-8")
    done = run("explain", model, new, "--row", "0")
    told = " ".join(done.out.split())
    assert "Training held no such cells: day (outside 2024-" in told
    assert "weather (never met); holiday (missing where training had none)." in told
    known = run("explain", model, "--set", "weather=sun")
    assert "Training held no such" not in known.out
