"""The rows that a job looks at: numbered as in the file, and called what is known of them."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from glassnet import jobs
from glassnet.core.errors import InputError
from glassnet.data import Reading, load_data, sha256_of
from glassnet.jobs.draw import Asked, open_case, pass_of
from glassnet.jobs.evaluate import evaluate
from glassnet.jobs.explain import explained, of_model, of_run
from glassnet.jobs.predict import predict, together
from glassnet.jobs.threads_and_signals import followed
from glassnet.jobs.train import train
from glassnet.jobs.training.events import Chosen
from glassnet.jobs.training.task import Task

pytest.importorskip("polars")

GAPS = (1, 7, 30)  # rows without a target


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A table of 60 rows, 6 of each of 10 groups, three without a target."""
    lines = ["who,x,y"]
    for i in range(60):
        target = "" if i in GAPS else str(i * i)
        lines.append(f"{i // 6},{(i * 37) % 60 / 10},{target}")
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def model(data: str = "t.csv", **reading: Any) -> str:
    """A model of that table, or of another set, in a file."""
    read = Reading(target=["y"], **reading) if data == "t.csv" else Reading()
    task = Task(data, read, {"epochs": 2, "hidden": (3,)}, out=Path("m.safetensors"))
    followed(train(task), lambda event: None)
    return "m.safetensors"


def drawing(model: str, row: int = 0) -> Any:
    return open_case(model, "t.csv", Asked(".svg", row=row, epochs=1), lambda sentence: None)


@pytest.mark.parametrize("row", [0, 2, 6, 8, 59])
def test_a_row_has_the_number_of_the_file_whoever_looks_at_it(folder, row):
    path = model()
    answers = together(*predict(path, "t.csv")).predictions
    explained = of_model(path, "t.csv", row)
    assert explained.title == f"row {row} of t.csv; the data say y = {row * row}"
    net = jobs.open.open_model(path).net
    for a in (explained.ask.p.dense[-1].a, pass_of(drawing(path, row)).dense[-1].a):
        assert net.decide(a).item() == pytest.approx(answers[row], rel=1e-5)


@pytest.mark.parametrize("by", [{"group": "who"}, {"time": "x"}, {}])
def test_a_report_and_a_recorded_step_number_the_rows_of_a_table_in_that_way(folder, by):
    given = {"epochs": 1, "hidden": (3,), "batch_size": 16, "validation": 0.2}
    task = Task(
        "t.csv", Reading(target=["y"], **by), given, report=Path("r.html"), record=Path("r")
    )
    page = followed(train(task), lambda event: None).page
    assert page is not None
    for one in page.worst:
        assert one.target == one.row**2
        assert one.cells is not None
        assert float(str(one.cells["x"])) == (one.row * 37) % 60 / 10
    step = of_run("r", 0)
    assert step.rows is not None
    assert step.ask.net.target_scale.invert(step.ask.p.y)[:, 0] == pytest.approx(
        step.rows**2, abs=0.01
    )
    told = explained(step, None, False, None).rows
    assert told == step.rows.tolist()
    assert len(told) == 16
    assert max(told) > 30


def test_rows_of_a_set_are_those_that_explain_takes_and_in_a_run_those_of_the_set(folder):
    out = Path("m.safetensors")
    task = Task("iris", given={"epochs": 1}, out=out, report=Path("r.html"), record=Path("r"))
    page = followed(train(task), lambda event: None).page
    assert page is not None
    for one in page.worst:
        looked = of_model(out, "iris", one.row)
        assert looked.title.endswith(f"the data say {one.target}")
        assert looked.ask.p.loss == pytest.approx(one.loss, 1e-4)
    step = of_run("r", 0)
    x = step.ask.net.preparation.apply(load_data("iris").X[step.rows], "float64")
    assert step.ask.p.x == pytest.approx(x, rel=1e-5, abs=1e-6)


def test_a_row_without_a_target_is_told_and_so_is_one_that_is_not_there(folder):
    path = model()
    assert not of_model(path, "t.csv", 7).known  # its answer can be explained, its loss cannot

    def explain(row: int) -> None:
        explained(of_model(path, "t.csv", row), "delta1[0]", False, None)

    for look in (explain, lambda row: pass_of(drawing(path, row))):
        with pytest.raises(InputError, match=r"row 7 of t\.csv has no target"):
            look(7)
        with pytest.raises(InputError, match=r"row 60 is not among the 60 rows, 0 to 59: t\.csv"):
            look(60)


def test_rows_that_the_model_learned_from_are_no_test_rows(folder):
    path = model()
    found = evaluate(path, "t.csv")
    assert found.which == "t.csv, the 57 rows that have a target; 46 of them it was trained on"
    assert found.estimate.rows_text() == "57 rows"
    assert found.learned


def test_of_another_table_nothing_is_claimed_and_of_one_of_its_name_a_maybe(folder):
    path = model()
    (folder / "other.csv").write_bytes((folder / "t.csv").read_bytes() + b"1,2,3\n")
    assert evaluate(path, "other.csv").which == "other.csv, the 58 rows that have a target"
    (folder / "other.csv").replace(folder / "t.csv")
    found = evaluate(path, "t.csv")
    assert found.which.endswith("; those that it was trained on may be among them")
    assert not found.estimate.unseen
    assert not found.learned  # a maybe is no fact: it is not said that this is no test


def test_the_test_part_of_a_set_is_called_so_where_the_model_is_known_to_be_trained_beside_it(
    folder,
):
    assert evaluate(model("iris"), "iris").estimate.rows_text() == "30 test rows"
    assert evaluate(model("xor"), "xor").estimate.rows_text() == "4 rows"


@pytest.mark.parametrize("by", [{"group": "who"}, {"time": "x"}, {}])
def test_a_picture_trains_its_copy_on_the_rows_that_the_model_learned_from(folder, by):
    path = model(**by)
    X, y, _ = drawing(path).learn_from()
    about = jobs.open.open_model(path).about
    assert len(X) == len(y) == about["train_rows"]
    learned = {round(number**0.5) for number in y}
    groups = {i // 6 for i in learned}
    held = set(range(60)) - learned - set(GAPS)
    assert groups.isdisjoint(i // 6 for i in held) == ("group" in by)
    times = {i: (i * 37) % 60 for i in range(60)}
    latest = min(times[i] for i in held) > max(times[i] for i in learned)
    assert latest == ("time" in by)


def test_a_table_that_lacks_the_column_of_the_split_is_drawn_all_the_same(folder):
    path = model(group="who")
    lines = (folder / "t.csv").read_text().splitlines()
    (folder / "t.csv").write_text("\n".join(line.partition(",")[2] for line in lines) + "\n")
    assert len(drawing(path).learn_from()[0]) == 46


@pytest.mark.parametrize("memory", [None, "400MB"])
def test_a_model_knows_the_table_as_it_was_opened_and_who_keeps_none_reads_it_for_no_digest(
    folder, monkeypatch, memory
):
    table = folder / "t.csv"
    asked: list[str] = []

    def spied(path: Any) -> str:
        asked.append(str(path))
        return sha256_of(path)

    monkeypatch.setattr(jobs.train, "sha256_of", spied)
    task = Task("t.csv", Reading(target=["y"]), {"epochs": 1, "hidden": (3,)}, memory)
    followed(train(task), lambda event: None)
    assert asked == []
    before = sha256_of(table)

    def grow(event: Any) -> None:
        if isinstance(event, Chosen):
            table.write_bytes(table.read_bytes() + b"1,2,3\n")

    followed(train(replace(task, out=Path("m.safetensors"))), grow)
    assert asked == ["t.csv"]
    assert before != sha256_of(table)
    assert jobs.open.open_model("m.safetensors").about["sha256"] == before


def test_a_table_in_blocks_may_lack_numbers_to_predict(folder):
    task = Task("t.csv", Reading(target=["y"]), {"epochs": 1, "hidden": (3,)}, "400MB")
    result = followed(train(task), lambda event: None).result
    assert result.train_rows + result.test_rows == 57
