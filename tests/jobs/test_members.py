"""Several networks trained as one model: their mean, their folds, and each of them."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_runs import status_of

from glassnet.core.errors import InputError
from glassnet.data import Reading, open_data
from glassnet.exchange.model_file import load, read_training
from glassnet.jobs.open import open_model
from glassnet.jobs.predict import predict
from glassnet.jobs.threads_and_signals import followed
from glassnet.jobs.train import train
from glassnet.jobs.training.events import Chosen, Trained
from glassnet.jobs.training.task import Task
from glassnet.training.ensemble import mean_of, member_of, members_in


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    rng = np.random.default_rng(3)
    lines = ["a,b,kind,who,day,y"]
    for i in range(90):
        a, b = rng.normal(size=2)
        y = a - 2 * b + rng.normal()
        lines.append(f"{a:.4f},{b:.4f},{'uvw'[i % 3]},{i // 5},{i},{y:.3f}")
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def trained(**task: Any) -> Trained:
    given = {"epochs": 4, "hidden": (4,), "l2": 0.01, "seed": 0} | task.pop("given", {})
    reading = Reading(target=["y"], **task.pop("reading", {}))
    return followed(train(Task("t.csv", reading, given, **task)), lambda event: None)


def test_a_model_of_members_predicts_is_measured_and_holds_each_of_them(folder: Path):
    path = folder / "m.safetensors"
    done = trained(given={"members": 3}, out=path)
    assert members_in(done.net) == 3
    assert read_training(path)["members"] == 3
    assert "the mean of 3 networks, each learned from all rows" in done.result.settings.shown()
    members = [open_model(path, member=number).net for number in (1, 2, 3)]
    assert len({net.theta.tobytes() for net in members}) == 3
    assert mean_of(members) == load(path)
    answers = next(predict(path, "t.csv")[0])["prediction"]
    rows = open_data("t.csv", Reading(target=["y"])).X
    each = [net.predict(rows) for net in members]
    np.testing.assert_allclose(np.array(answers), np.mean(each, axis=0), rtol=1e-4, atol=1e-5)


def test_the_first_member_is_the_single_network_of_that_seed(folder: Path):
    one = trained(given={"epochs": 2}).net
    both = trained(given={"epochs": 2, "members": 2}).net
    np.testing.assert_allclose(member_of(both, 1).theta, one.theta, rtol=1e-4, atol=1e-6)


@pytest.mark.outside
def test_the_folds_networks_are_kept_and_each_is_measured_on_rows_it_never_saw(folder: Path):
    path = folder / "m.safetensors"
    done = trained(folds=4, keep_folds=True, out=path)
    folds = done.result.cross_validation
    assert members_in(done.net) == 4
    assert folds is not None
    assert [fold.train_rows + fold.test_rows for fold in folds.folds] == [72] * 4
    assert folds.rows == 72
    about = read_training(path)["calibration"]
    assert "72 rows of 4 folds" in about["rows"]


@pytest.mark.outside
def test_where_all_rows_are_learned_from_the_figures_are_the_members(folder: Path):
    done = trained(reading={"test": 0}, keep_folds=True)
    folds = done.result.cross_validation
    assert members_in(done.net) == 5
    assert folds is not None
    assert folds.rows == done.result.train_rows == 90
    each = [fold.figures["r2"] for fold in folds.folds]
    assert done.result.metrics["r2"] == pytest.approx(np.mean(np.array(each, float)))


def test_a_mean_goes_on_member_by_member(folder: Path):
    path = folder / "m.safetensors"
    trained(given={"members": 2}, out=path)
    before = load(path)
    settings = {"hidden": None, "l2": None, "epochs": 1}
    task = Task("t.csv", Reading(target=["y"]), settings | {"seed": 0}, start=path)
    done = followed(train(task), lambda event: None)
    assert members_in(done.net) == 2
    assert done.net != before
    task = Task("t.csv", Reading(), {"validation": 0.2, "seed": 0}, start=path)
    with pytest.raises(InputError, match=r"--validation goes with a single network.*mean of 2"):
        followed(train(task), lambda event: None)


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ({"keep_folds": True}, "give --cv 5 too"),
        ({"keep_folds": True, "folds": 3, "given": {"members": 2}}, "leave --members out"),
        ({"keep_folds": True, "folds": 3, "reading": {"time": "day"}}, "leave --keep-folds or"),
        ({"given": {"members": 2}, "record": Path("run")}, "--record goes with a single network"),
        ({"keep_folds": True, "folds": 3, "checkpoint": Path("c")}, "--checkpoint goes with"),
        ({"given": {"members": 2, "validation": 0.2}}, "leave the validation out"),
    ],
    ids=str,
)
def test_what_goes_with_one_network_is_refused_beside_several(folder, task, told):
    with pytest.raises(InputError, match=told):
        trained(**task)


def test_each_member_is_asked_by_commands(folder: Path, capfd: pytest.CaptureFixture[str]):
    trained(given={"members": 2, "hidden": (3,)}, out=folder / "m.safetensors")
    asked = ["explain", "m.safetensors", "t.csv", "--row", "3", "--at"]
    assert status_of(*asked, "z3[0]") == 0
    assert "W3[0,0] = 0.5" in capfd.readouterr().out
    answers = []
    for number in ("1", "2"):
        assert status_of(*asked, "z2[0]", "--member", number) == 0
        answers.append(capfd.readouterr().out)
    assert answers[0] != answers[1]
    assert status_of("walk", "m.safetensors", "t.csv", "--row", "3", "--member", "2") == 0
    assert status_of("explain", "m.safetensors", "t.csv", "--row", "3", "--member", "3") == 2
    assert "has members 1 to 2" in capfd.readouterr().err
    assert status_of("walk", "--member", "2") == 2
    assert "--member goes with a model" in capfd.readouterr().err


def test_what_is_trained_is_told(folder: Path):
    events: list[Any] = []
    given = {"epochs": 2, "hidden": (4,), "l2": 0.01, "members": 3, "seed": 0}
    followed(train(Task("t.csv", Reading(target=["y"]), given)), events.append)
    lines = next(event.lines for event in events if isinstance(event, Chosen))
    assert any("the mean of 3 networks" in line for line in lines)
