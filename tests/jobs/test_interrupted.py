"""What follows a training says how far it is, and an interrupt there leaves what stands."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest

pytest.importorskip("polars")

from glassnet.data import Reading
from glassnet.jobs.material.work import Tick, Work
from glassnet.jobs.threads_and_signals import followed
from glassnet.jobs.train import train
from glassnet.jobs.training.task import Task

QUICK = {"preset": "plain", "epochs": 2, "hidden": (4,), "seed": 0}


class Watched:
    """Notes how far each piece of work tells that it is; interrupts one at its n-th telling."""

    def __init__(self, what: str = "", at: int = 0) -> None:
        self.what, self.at = what, at
        self.told: dict[str, list[tuple[int, int]]] = {}

    @contextmanager
    def __call__(self, what: str) -> Iterator[Tick]:
        seen = self.told.setdefault(what, [])

        def tick(done: int, total: int) -> None:
            seen.append((done, total))
            if what == self.what and len(seen) > self.at:
                raise KeyboardInterrupt

        yield tick


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(2, 120))
    path = tmp_path_factory.mktemp("table") / "t.csv"
    rows = [f"{x:.3f},{z:.3f},{'yes' if x + z > 0 else 'no'}" for x, z in zip(a, b)]
    path.write_text("\n".join(["a,b,y", *rows]) + "\n")
    return path


def made(table, watched, tmp_path, **more):
    said = []
    task = Task(
        str(table), Reading(["y"]), QUICK, folds=3, report=tmp_path / "r.html", **more
    )  # fmt: skip
    return followed(train(task, said.append, counting=watched), lambda event: None), said


def test_each_piece_of_work_tells_how_far_it_is(table, tmp_path):
    watched = Watched()
    done, said = made(table, watched, tmp_path)
    assert not done.interrupted
    assert not said
    assert list(watched.told) == [
        "linear model", "without a column", "folds", "influence of the columns",
        "reasons of the worst rows",
    ]  # fmt: skip
    for what in ("linear model", "folds", "influence of the columns"):
        far = [n / total for n, total in watched.told[what]]
        assert far == sorted(far)
        assert 0 <= far[0] <= far[-1] <= 1
        assert far[-1] >= 0.5


LEFT = [
    ("linear model", 3, "the linear model to compare with is left out"),
    ("folds", 0, "the cross-validation is left out"),
    ("folds", 4, "1 of 3 folds is left out"),
    ("influence of the columns", 1, "the influence of some columns"),
    ("reasons of the worst rows", 1, "why rows are answered so is left out"),
]


@pytest.mark.parametrize("what, at, sentence", LEFT)
def test_an_interrupt_leaves_what_stands(table, tmp_path, what, at, sentence):
    done, said = made(table, Watched(what, at), tmp_path)
    assert done.interrupted
    assert said[-1].startswith("Interrupted: ")
    assert sentence in said[-1]
    result = done.result
    assert result.stopped == "finished"
    assert result.estimate is not None
    assert ("linear" in result.estimate.baselines) == (what != "linear model")
    assert done.page is not None
    if what != "folds":
        assert len(result.cross_validation.folds) == 3
    elif at:
        assert len(result.cross_validation.folds) == 2
        assert "1 of 3 folds are left out" in result.cross_validation.caution
        assert len(result.cross_validation.scores) == result.cross_validation.rows
    else:
        assert result.cross_validation is None
    if what == "influence of the columns":
        assert (len(done.page.influences.each), done.page.influences.left_out) == (1, 1)


def test_what_is_left_out_is_one_sentence():
    work = Work()
    for named in ("a", "b"):
        with work.on("", named):
            raise KeyboardInterrupt
    assert work.told == "Interrupted: a and b are left out."
