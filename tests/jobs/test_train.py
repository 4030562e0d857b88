"""Training as a job: data split once and prepared once, and runs that find their rows again."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from command_runs import status_of

from glassnet.core.errors import InputError
from glassnet.data import Reading, TablePreparation, open_data, split_train_test
from glassnet.exchange.model_file import read_training
from glassnet.jobs.threads_and_signals import followed
from glassnet.jobs.train import train
from glassnet.jobs.training.events import Chosen, Opened, Saved, Trained
from glassnet.jobs.training.over import TrainingOver
from glassnet.jobs.training.task import Task
from glassnet.training import History, TrainingEnd
from glassnet.training.recipe.penalty import PenaltyProgress
from glassnet.training.rows import as_rows, measure


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of 120 rows, 5 of each of 24 groups, in time."""
    rng = np.random.default_rng(3)
    lines = ["a,b,kind,who,day,y"]
    for i in range(120):
        a, b = rng.normal(size=2)
        label = "yes" if a + b + rng.normal() > 0 else "no"
        lines.append(f"{a:.4f},{b:.4f},{'uvw'[i % 3]},{i // 5},{i},{label}")
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def trained(**task: Any) -> Trained:
    given = {"epochs": 3, "hidden": (4,), "seed": 0} | task.pop("given", {})
    reading = Reading(target=["y"], **task.pop("reading", {}))
    return followed(train(Task("t.csv", reading, given, **task)), lambda event: None)


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> Counter[float]:
    """How often each row of a table was prepared, by its column a."""
    seen: Counter[float] = Counter()
    apply = TablePreparation.apply

    def counted(self: TablePreparation, X: Any, *rest: Any) -> Any:
        seen.update(float(a) for a in X["a"])
        return apply(self, X, *rest)

    monkeypatch.setattr(TablePreparation, "apply", counted)
    return seen


@pytest.mark.parametrize("reading", [{}, {"group": "who"}, {"time": "day"}])
def test_each_row_is_prepared_so_often_whatever_is_asked_of_it(folder, prepared, reading):
    done = trained(
        reading=reading, given={"validation": 0.2, "l2": 0.01}, out=Path("m.safetensors"),
        report=Path("r.html"), record=Path("run"),
    )  # fmt: skip
    assert done.page is not None
    # once to be looked at for what gives the target away, once for all that comes after; and of
    # those to learn from at most 500 for why it answers so, and the three worst
    assert set(prepared.values()) <= {2, 3}
    assert prepared.total() == 240 + done.page.train_rows + 3


@pytest.mark.parametrize("by", [["--group", "who"], ["--time", "day"], []])
def test_a_recorded_run_finds_its_rows_again(folder, capfd, by):
    call = ["train", "t.csv", "--target", "y", "--validation", "0.2", "--epochs", "2"]
    assert status_of(*call, *by, "--record", "run") == 0
    assert status_of("explain", "run") == 0
    capfd.readouterr()
    status_of("diagnose", "run", "--json")
    assert "undetermined" not in capfd.readouterr().out


@pytest.mark.parametrize("by", [["--group", "who"], ["--time", "day"]])
def test_a_run_of_0_1_0_that_cannot_find_its_rows_says_so(folder, capfd, by):
    call = ["train", "t.csv", "--target", "y", "--validation", "0.2", "--epochs", "2"]
    assert status_of(*call, *by, "--record", "run") == 0
    about = json.loads((folder / "run" / "run.json").read_text())
    about["settings"]["validation"] = "rows of their own"  # as 0.1.0 wrote it
    (folder / "run" / "run.json").write_text(json.dumps(about))
    capfd.readouterr()
    assert status_of("explain", "run") == 2
    said = capfd.readouterr().err
    assert f"0.1.0, which did not keep which rows it held back to validate on by '{by[1]}'" in said


@pytest.mark.parametrize("reading", [{"group": "who"}, {"time": "day"}, {}])
def test_the_linear_model_learns_from_the_networks_own_rows(folder, monkeypatch, reading):
    from glassnet.training.measure import baselines

    learned: list[np.ndarray] = []
    to_minimum = baselines._to_minimum

    def seen(net: Any, rows: Any, *more: Any) -> Any:
        learned.append(rows.X)
        return to_minimum(net, rows, *more)

    monkeypatch.setattr(baselines, "_to_minimum", seen)
    done = trained(reading=reading, given={"validation": 0.25, "epochs": 2}, record=Path("run"))
    own = json.loads((folder / "run" / "run.json").read_text())["data"]["X"]["shape"]
    assert own[0] < done.result.train_rows
    assert list(learned[-1].shape) == own
    # before it, on folds of these rows its penalty was tried
    rows = {row.tobytes() for row in learned[-1]}
    assert all({row.tobytes() for row in X} < rows for X in learned[:-1])


def test_whole_groups_are_validated_on_and_the_latest_rows_of_a_time(folder):
    from glassnet.training.recipe.recipe import prepare, recipe_for
    from glassnet.training.rows import prepare_parts

    for column, kind in (("who", {"group": "who"}), ("day", {"time": "day"})):
        data = open_data("t.csv", Reading(["y"], **kind))
        net, parts = prepare(data, recipe_for(data, hidden=(2,)))
        ready = prepare_parts(net, parts, 0.2, seed=4)
        assert ready.held is not None
        values = parts.groups if parts.times is None else parts.times
        rows = net.preparation.apply(parts.X)  # type: ignore[union-attr]
        held = [any((row == other).all() for other in ready.held.X) for row in rows]
        inside, outside = set(values[held].tolist()), set(values[np.invert(held)].tolist())
        assert not inside & outside, column
        if parts.times is not None:
            assert min(map(float, inside)) > max(map(float, outside))


def test_what_happens_is_told_in_order_and_the_last_is_what_came_of_it(folder, capfd):
    seen: list[Any] = []
    task = Task("t.csv", Reading(["y"]), {"epochs": 2, "seed": 1}, out=Path("m.safetensors"))
    done = followed(train(task), seen.append)
    kinds = [type(event) for event in seen]
    assert [k for k in kinds if k is not PenaltyProgress][:2] == [Opened, Chosen]
    assert kinds[1] is PenaltyProgress
    assert kinds[-3:] == [TrainingEnd, Saved, Saved]
    assert done.result.stopped == "finished"
    assert done.result.model == "m.safetensors"
    assert capfd.readouterr() == ("", "")  # a job prints nothing


@pytest.mark.parametrize(
    ("reading", "memory"),
    [({}, None), ({"group": "who"}, None), ({"time": "day"}, None), ({}, "500MB")],
)
def test_the_rows_that_are_counted_are_those_that_are_learned_from(folder, reading, memory):
    lines = (folder / "t.csv").read_text().splitlines()
    lines = [line.replace(",23,", ",22,") for line in lines]  # groups of unequal size
    (folder / "t.csv").write_text("\n".join(lines) + "\n")
    seen: list[Any] = []
    task = Task("t.csv", Reading(["y"], **reading), {"epochs": 1}, memory=memory)
    n = followed(train(task), seen.append).result.train_rows
    opened, chosen = (next(e for e in seen if type(e) is kind) for kind in (Opened, Chosen))
    assert f"  columns, in the {n} rows to learn from:" in opened.lines
    assert chosen.recipe.why.startswith(f"{n} training rows")
    if memory is None:
        assert n == len(split_train_test(open_data("t.csv", task.reading)).y)


def test_an_interrupt_while_an_event_is_shown_ends_the_training_with_what_it_has(folder):
    def show(event: Any) -> None:
        if type(event).__name__ == "EpochEnd":
            raise KeyboardInterrupt

    task = Task("t.csv", Reading(["y"]), {"epochs": 50, "seed": 1})
    done = followed(train(task), show)
    assert (done.result.stopped, done.result.epochs) == ("interrupted", 1)
    assert done.result.metrics


def test_an_interrupt_before_the_first_step_leaves_the_model_that_is_there(folder):
    Path("kept.gn").write_bytes(b"a model")
    task = Task("t.csv", Reading(["y"]), {"epochs": 50}, out=Path("kept.gn"))
    nothing: Any = None
    history = History(stopped="interrupted", steps=0)
    over = TrainingOver(task, nothing, nothing, nothing, history, 0.0, None, None)
    with pytest.raises(KeyboardInterrupt):
        next(over.measured(print, nothing))
    assert Path("kept.gn").read_bytes() == b"a model"


@pytest.mark.parametrize(
    ("reading", "sentence"),
    [
        ({"group": "y"}, "--group is 'y', which is to be predicted"),
        ({"time": "y"}, "--time is 'y', which is to be predicted"),
        ({"group": "who", "time": "who"}, "by groups or by times, not by both"),
    ],
)
def test_rows_are_split_by_what_is_known_of_them(folder, reading, sentence):
    with pytest.raises(InputError, match=sentence):
        trained(reading=reading)


def test_a_name_that_two_columns_have_stands_for_neither(folder):
    Path("t.csv").write_text("y,a,y\n" + "1,2,3\n4,5,7\n2,2,9\n" * 5, encoding="utf-8")
    with pytest.raises(
        InputError, match="2 columns are called 'y': say which by its number, 0 or 2"
    ):
        trained()
    two = followed(train(Task("t.csv", Reading(["2"]), {"epochs": 1})), lambda event: None)
    assert two.result.train_rows == 12


def test_a_source_without_a_name_is_refused_in_a_sentence(folder):
    with pytest.raises(InputError, match="the data is '': give the name"):
        followed(train(Task("")), lambda event: None)


def test_class_weights_hold_in_every_part_of_a_training(folder: Path):
    """In validation and its folds; figures on test rows count every row alike."""
    given = {"class_weight": {"no": 3.0}, "validation": 0.2}
    done = trained(given=given, folds=2, out=Path("m.safetensors"))
    plain = trained(given={"validation": 0.2}, folds=2)
    assert done.result.settings.class_weight == {"no": 3.0}
    assert read_training("m.safetensors")["class_weight"] == {"no": 3.0}
    assert done.result.history[0]["val_loss"] != plain.result.history[0]["val_loss"]
    assert done.result.cross_validation != plain.result.cross_validation
    same = measure(done.net, as_rows(done.net, *_test_rows(), "the test rows"))
    assert done.result.metrics["loss"] == pytest.approx(same["loss"])


def _test_rows() -> tuple[Any, Any]:
    parts = split_train_test(open_data("t.csv", Reading(target=["y"])))
    return parts.X_test, parts.y_test


def test_balanced_class_weights_are_those_of_the_rows_to_learn_from(folder: Path):
    y = split_train_test(open_data("t.csv", Reading(target=["y"]))).y.tolist()
    by_hand = {label: len(y) / (2 * y.count(label)) for label in ("yes", "no")}
    for more in ({}, {"memory": "400MB"}):
        balanced = trained(given={"class_weight": "balanced"}, **more)
        assert balanced.result.settings.class_weight == "balanced"
        if not more:
            other = trained(given={"class_weight": by_hand})
            np.testing.assert_array_equal(balanced.net.theta, other.net.theta)
        plain = trained(**more)
        assert not np.array_equal(balanced.net.theta, plain.net.theta)


def test_a_run_with_class_weights_finds_its_rows_again(run, folder: Path):
    call = ["train", "t.csv", "--target", "y", "--epochs", 2, "--validation", 0.2, "--group", "who"]
    assert run(*call, "--class-weight", "balanced", "--record", "r").status == 0
    assert run("explain", "r", "--at", "W1[0,0]").status == 0
    assert run("diagnose", "r").err == ""


def test_other_class_weights_are_another_training_than_the_checkpoint_s(run, folder: Path):
    call = ["train", "t.csv", "--target", "y", "--epochs", 2, "--checkpoint", "kept"]
    assert run(*call, "--class-weight", "balanced").status == 0
    assert run(*call, "--class-weight", "balanced", "--resume").status == 0
    done = run(*call, "--class-weight", "no=2", "--resume")
    assert done.status == 2
    assert "class_weight" in done.err


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("balancd", "give balanced, or a number"),
        ("yes=2,yes=3", "give balanced, or a number"),
        ("yes=-1", "give balanced, or a number"),
        ("maybe=2", "names 'maybe', which is no class: give some of no and yes"),
    ],
)
def test_class_weights_that_make_no_sense_are_refused(run, folder: Path, said: str, says: str):
    for more in ((), ("--memory", "400MB")):
        done = run("train", "t.csv", "--target", "y", "--class-weight", said, *more)
        assert (done.status, "Traceback" in done.err) == (2, False)
        assert says in done.err


def test_class_weights_of_numbers_are_refused(run, folder: Path):
    done = run("train", "t.csv", "--target", "a", "--class-weight", "balanced")
    assert done.status == 2
    assert "here numbers are predicted: leave it out" in done.err
