"""`train` with the kinds of columns said: remembered in the model, told, refused where wrong."""

import numpy as np
import pytest

from glassnet.exchange import load

pytestmark = pytest.mark.outside  # commands that train, each in a process of its own

pl = pytest.importorskip("polars")
QUICK = ("--target", "y", "--preset", "plain", "--epochs", 2)


@pytest.fixture
def table(tmp_path):
    rng = np.random.default_rng(3)
    klass, x = rng.integers(1, 4, 150), rng.normal(size=150)
    y = np.where(x + (klass == 2) > 0, "yes", "no").astype(object)
    y[::4] += "."
    frame = pl.DataFrame({"pclass": klass, "x": x, "alive": y, "who": klass * 2, "y": y})
    frame.write_csv(tmp_path / "t.csv")
    return tmp_path / "t.csv"


@pytest.mark.parametrize("more", [(), ("--memory", "400MB")])
def test_what_is_said_is_told_and_remembered(run, table, tmp_path, more):
    out = tmp_path / "m.safetensors"
    said = ("--categories", "pclass", "--ignore", "alive,who", "--tidy-classes")
    done = run("train", table, *QUICK, *said, "--out", out, *more)
    assert done.status == 0, done.err
    assert "  pclass  category, as you said, 3 levels" in done.err
    assert "left out (" in done.err
    assert "look" not in done.err
    net = load(out)
    assert net.classes == ["no", "yes"]
    assert [c.name for c in net.preparation.used] == ["pclass", "x"]
    assert run("evaluate", out, table, "--json").json["metrics"]["accuracy"] > 0.5
    again = run("train", table, *QUICK, "--from", out, "--ignore", "x")
    assert (again.status, "--ignore is settled in" in again.err) == (2, True)


def test_a_recorded_run_finds_its_rows_again(run, table, tmp_path):
    folder = tmp_path / "run"
    assert run("train", table, *QUICK, "--categories", "0", "--record", folder).status == 0
    assert run("explain", folder, "--step", 1, "--at", "loss").status == 0


def test_what_may_be_names_is_asked_about(run, table):
    err = run("train", table, *QUICK).err
    assert "--categories pclass,who makes names of them" in err
    assert "classes 'no' and 'no.' differ by dots or spaces at their end alone" in err
    assert run("train", "iris", "--ignore", "x").err.startswith("glassnet: --ignore goes with")
