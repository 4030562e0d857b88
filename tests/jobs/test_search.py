"""The search as a job: the rows, the candidates and the choice are those of a training's."""

from pathlib import Path

import pytest

from glassnet.core.errors import InputError
from glassnet.data import Reading
from glassnet.jobs.search import search
from glassnet.jobs.threads_and_signals import followed
from glassnet.jobs.train import train
from glassnet.jobs.training.task import Task
from glassnet.training.recipe.penalty import PenaltyProgress
from glassnet.training.recipe.search import SearchProgress, SearchResult

GIVEN = {"epochs": 2, "hidden": (4,), "seed": 1}


def test_alone_it_finds_what_a_training_with_it_finds():
    events: list[object] = []
    alone = followed(search("iris", 3, given=GIVEN), events.append)
    within = followed(train(Task("iris", given=GIVEN, search=3)), lambda event: None)
    assert within.result.search is not None
    told = [(r.number, r.loss, r.chosen) for r in within.result.search.rows]
    assert [(r.number, r.loss, r.chosen) for r in alone.rows] == told
    assert all(row.recipe.hidden == (4,) for row in alone.rows)
    told_first = [e for e in events if not isinstance(e, PenaltyProgress)]
    assert isinstance(told_first[0], SearchProgress)
    assert [e for e in events if isinstance(e, SearchResult)] == [alone]


@pytest.mark.parametrize(
    ("n", "given", "says"),
    [
        (1, {}, "from 2 up"),
        (2, {"validation": 1.5}, "share"),
        (2, {"optimizer": "lbfgs", "batch_size": 5}, "batch"),
    ],
)
def test_what_makes_no_sense_is_refused_before_a_training(n: int, given, says: str):
    with pytest.raises(InputError, match=says):
        next(search("iris", n, given=given))


def test_of_a_table_the_column_to_predict_is_read_as_said(tmp_path: Path):
    file = tmp_path / "t.csv"
    rows = "".join(f"{i % 7},{i % 5},{'ab'[i % 2]}\n" for i in range(60))
    file.write_text("p,q,r\n" + rows, encoding="utf-8")
    numbers = Reading(target=["q"], task="number")
    found = followed(search(str(file), 2, numbers, GIVEN), lambda event: None)
    assert found.metric == "r2"
    with pytest.raises(InputError, match="absent"):
        next(search(str(file), 2, Reading(target=["absent"])))
