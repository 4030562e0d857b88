"""The ledger of published figures: its runner, on two rows cut short, and its page."""

import gzip
import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import glassnet as gn

ROOT = Path(__file__).parents[1]
RUN = ROOT / "benchmarks" / "ledger" / "run.py"


def idx(array):
    head = bytes([0, 0, 8, array.ndim]) + b"".join(n.to_bytes(4, "big") for n in array.shape)
    return head + array.astype(np.uint8).tobytes()


@pytest.fixture(scope="module")
def digits(tmp_path_factory):
    """MNIST's four files, of the 1,797 digits that ship, made larger to 28 by 28."""
    folder = tmp_path_factory.mktemp("digits")
    data = gn.load_data("digits")
    pictures = np.kron(data.X.reshape(-1, 8, 8), np.ones((3, 3))) * 15
    pictures = np.pad(pictures, ((0, 0), (2, 2), (2, 2)))
    for part, rows in (("train", slice(300, None)), ("t10k", slice(300))):
        for kind, values in (("images-idx3", pictures[rows]), ("labels-idx1", data.y[rows])):
            (folder / f"{part}-{kind}-ubyte.gz").write_bytes(gzip.compress(idx(values)))
    return folder


def run(*words):
    return subprocess.run(
        [sys.executable, RUN, *map(str, words)], capture_output=True, text=True, timeout=600
    )


@pytest.mark.outside
def test_two_rows_cut_short_run_and_are_gone_on_from(digits, tmp_path):
    out = tmp_path / "results.json"
    common = ("--data", digits, "--out", out, "--seeds", 2, "--epochs", 3)
    done = run("nielsen-l2-100", *common)
    assert done.returncode == 0, done.stderr
    assert run("simard-800", *common, "--rate", "0.02").returncode == 0
    rows = json.loads(out.read_text())["rows"]
    assert set(rows) == {"nielsen-l2-100", "simard-800"}
    assert all(len(found["accuracy"]) == 2 for found in rows.values())
    assert rows["simard-800"]["median"] > 80  # of digits, after three epochs
    told = run("simard-800", "--validate", "--data", digits, "--epochs", 1)
    assert "simard-800: " in told.stdout
    assert json.loads(out.read_text())["rows"] == rows


def test_the_page_tells_what_was_reached_and_what_was_not(monkeypatch):
    monkeypatch.syspath_prepend(RUN.parent)
    import report
    from rows import ROWS

    first, second, third = ROWS[0], ROWS[1], ROWS[-1]
    told = report.text(
        {
            "rows": {
                first.name: {"accuracy": [90.0, 96.0, 95.0], "median": 95.0, "seconds": 3.0},
                second.name: {"accuracy": [99.0], "median": 99.0, "seconds": 3.0},
                third.name: {"seconds_an_epoch": 60.0, "hours": 1.0},
            }
        }
    )
    assert "95.00 (90.00 to 96.00) | reached by the best seed; the median 0.42 points short" in told
    assert "99.00, one seed | reached" in told
    assert "an estimate, not a figure" in told
    assert f"`{ROWS[2].name}`" in told
    assert "was not run" in told


def test_a_row_that_is_none_is_named():
    done = run("nielsen-31")
    assert done.returncode == 1
    assert "there is no row 'nielsen-31': give one of nielsen-30," in done.stderr


@pytest.fixture
def time_to_98(monkeypatch):
    monkeypatch.syspath_prepend(RUN.parent)
    import time_to_98

    return time_to_98


def test_learning_is_ended_when_enough_are_right_and_measuring_costs_nothing(time_to_98):
    X, y = np.zeros((100, 1)), np.arange(100) % 2
    clock = time_to_98.Clock(X, y)

    def slow(right):
        def answers(X):
            time.sleep(0.2)
            return np.where(np.arange(100) < right, y, 1 - y)

        return answers

    assert not clock(slow(97))
    assert clock(slow(98))
    found = clock.found()
    assert found["epochs"] == 2
    assert found["accuracy"] == 98
    assert found["seconds"] < 0.2
    never = time_to_98.Clock(X, y)
    never(slow(97))
    assert never.found() == {"seconds": None, "epochs": 1, "accuracy": 97}


def test_a_ratio_is_of_rounds_that_both_came_through(time_to_98):
    of = {"hidden": 128, "batch": 32, "rate": 0.001, "epochs": 5}
    told = time_to_98.text(
        {
            "chosen": {"glassnet": of, "PyTorch": of},
            "rounds": {
                "glassnet": [{"seconds": 2.0}, {"seconds": None}, {"seconds": 4.0}],
                "PyTorch": [{"seconds": 6.0}, {"seconds": 1.0}, {"seconds": 20.0}],
            },
        }
    )
    assert "2 of 3 | 1.00 |" in told
    assert "6.0 | 3 of 3 | 4.00 |" in told


@pytest.mark.outside
def test_glassnet_is_timed_in_a_process_of_its_own(digits, time_to_98):
    of = {"hidden": 128, "batch": 32, "rate": 0.003, "epochs": 12}
    found = time_to_98.asked(sys.executable, "glassnet", of, 0, True, str(digits))
    assert found["accuracy"] > 90
    assert found["epochs"] <= 12
