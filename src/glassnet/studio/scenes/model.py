"""A trained model on the page: its columns as controls, its answer with the reasons."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from glassnet.core.errors import InputError
from glassnet.core.network import widths
from glassnet.data import TablePreparation
from glassnet.data.table.inputs import CategoryInput, DateInput, NumberInput
from glassnet.data.table.kinds import Column
from glassnet.explain import Answer, Ask, Move, Reasons, given_number, why_it_moved
from glassnet.explain.reasons.told import Wanted
from glassnet.explain.walks.walk import MOST_QUANTITIES, count, walk_of
from glassnet.jobs.explain import OfRow, of_model, of_run
from glassnet.jobs.open import Model, is_model, is_run, open_model
from glassnet.jobs.reasons.asked import typical_numbers
from glassnet.studio.given import Given
from glassnet.studio.messages import FileToKeep, Wish
from glassnet.studio.scenes.leaving import written
from glassnet.training import Recording
from glassnet.views.html.walk_page import walk_record

LONGEST_CELL = 2_000
MOST_COLUMNS = 400
MOST_LEVELS = 200  # of a category, in a list to choose from


@dataclass(frozen=True)
class Control:
    """A column as something to set: its sort, what is usual, and between which limits it was.

    sort: number, category, boolean or date.
    levels: what a category or a yes/no may be; of many the first.
    """

    name: str
    sort: str
    typical: str
    low: float | None
    high: float | None
    levels: list[str]


@dataclass(frozen=True)
class ModelCard:
    """A model: what it takes, what it answers, and what its file tells of it.

    image: the pixels down and across, and their largest value, where it takes images.
    """

    kind, version = "model", 1

    name: str
    controls: list[Control]
    classes: list[str]
    target: str
    sizes: list[int]
    about: dict[str, Any]
    image: list[float]
    data: str


@dataclass(frozen=True)
class Answered:
    """An answer to the cells as they are: the network's outputs, and the reasons in columns."""

    kind, version = "answered", 1

    outputs: list[float]
    reasons: Reasons
    title: str


@dataclass(frozen=True)
class RunCard:
    """A recorded run: its steps with their losses."""

    kind, version = "run", 1

    name: str
    steps: list[int]
    losses: list[float]
    sizes: list[int]


@dataclass(frozen=True)
class PassShown:
    """A pass in full, for the page to step through; empty where it has too many numbers."""

    kind, version = "pass_shown", 1

    title: str
    record: Mapping[str, Any]


class ModelScene:
    """What a page asks of the model that the studio was opened with."""

    def __init__(self, given: Given) -> None:
        self.given = given

    @cached_property
    def path(self) -> str:
        found = self.given.source
        if found is None or not is_model(found):
            raise InputError("the studio was opened without a model: glassnet play MODEL [TABLE].")
        return found

    @cached_property
    def model(self) -> Model:
        return open_model(self.path, data=self.given.data)

    def open(self, wish: Wish) -> ModelCard:
        model = self.model
        net, shape = model.net, model.image_shape
        about = {name: model.about[name] for name in TOLD if name in model.about}
        target = model.target
        return ModelCard(
            Path(self.path).name,
            controls_of(model),
            [str(each) for each in net.classes or ()],
            "" if target is None else ", ".join(target.names),
            widths(net),
            about,
            [float(side) for side in shape] if shape else [],
            self.given.data or "",
        )

    def answer(self, wish: Wish) -> Answered:
        """The answer to a row, or to a typical one, with cells that take the place of its own."""
        row = wish.whole("row", 0, 10**9) if wish.has("row") else None
        cells = self._cells(wish)
        fix = [str(each) for each in wish.fields.get("fix") or ()]
        to = wish.fields.get("to")
        wanted = Wanted(to=to if isinstance(to, str | float | int) else None, fix=fix)
        if row is None and not cells:
            cells = self._usual()
        found = of_model(self.path, self._data(row), row, asked=OfRow(cells, wanted=wanted))
        assert found.why is not None
        outputs = found.ask.p.dense[-1].a[0]
        return Answered([float(each) for each in outputs], found.why(), found.title)

    def ask(self, wish: Wish) -> Answer:
        """Any number of the pass, by its address."""
        found = self._pass(wish)
        answer = found.at(wish.text("address"))
        return given_number(found, answer)

    def walk(self, wish: Wish) -> PassShown:
        """The whole pass, where it has few enough numbers."""
        found = self._pass(wish)
        title = Path(self.path).name
        if count(found.net, found.batch) > MOST_QUANTITIES // 4:
            return PassShown(title, {})
        return PassShown(title, walk_record([walk_of(found, title)]))

    def code(self, wish: Wish) -> FileToKeep:
        return written(self.model.net, wish.text("to"))

    def _pass(self, wish: Wish) -> Ask:
        row = wish.whole("row", 0, 10**9) if wish.has("row") else None
        cells = self._cells(wish)
        if row is None and not cells:
            cells = self._usual()
        return of_model(self.path, self._data(row), row, asked=OfRow(cells)).ask

    def _usual(self) -> dict[str, str]:
        """A cell of a typical row, as it is: it takes the place of itself."""
        controls = controls_of(self.model)
        if not controls:
            raise InputError("this model takes no table: name the data and a row.")
        return self._written({controls[0].name: controls[0].typical})

    def _cells(self, wish: Wish) -> dict[str, str]:
        return self._written(_cells(wish))

    def _written(self, cells: dict[str, str]) -> dict[str, str]:
        """The page's numbers, which have a point, as the model's own table writes them."""
        preparation = self.model.net.preparation
        if not isinstance(preparation, TablePreparation) or preparation.decimal == ".":
            return cells
        numbers = {each.name for each in controls_of(self.model) if each.sort == "number"}
        return {
            name: cell.replace(".", preparation.decimal) if name in numbers else cell
            for name, cell in cells.items()
        }

    def _data(self, row: int | None) -> str | None:
        if row is not None and self.given.data is None:
            raise InputError("the studio was opened without a table: there is no row to take.")
        return None if row is None else self.given.data


TOLD = ("data", "test", "accuracy", "score", "figures")


def controls_of(model: Model) -> list[Control]:
    """A control for each column that the model makes use of."""
    preparation = model.net.preparation
    if isinstance(preparation, TablePreparation):
        return [_control(column) for column in preparation.used[:MOST_COLUMNS]]
    if model.image_shape is not None:
        return []
    numbers = list(typical_numbers(model).items())[:MOST_COLUMNS]
    return [Control(name, "number", f"{mean:.6g}", None, None, []) for name, mean in numbers]


def _control(column: Column) -> Control:
    typical = column.typical
    match column.code:
        case CategoryInput() as code:
            levels = [str(each) for each in code.levels][:MOST_LEVELS]
            return Control(column.name, column.kind, _text(typical), None, None, levels)
        case DateInput():
            return Control(column.name, "date", _text(typical), column.low, column.high, [])
        case NumberInput() if column.kind == "boolean":
            return Control(column.name, "boolean", _text(typical), None, None, [])
        case _:
            return Control(column.name, "number", _text(typical), column.low, column.high, [])


def _text(cell: Any) -> str:
    if cell is None:
        return ""
    return f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def _cells(wish: Wish) -> dict[str, str]:
    told = wish.record("cells") if wish.has("cells") else {}
    if len(told) > MOST_COLUMNS:
        raise InputError(f"{wish.do}: at most {MOST_COLUMNS} cells can be set.")
    for name, cell in told.items():
        if not isinstance(cell, str) or len(cell) > LONGEST_CELL:
            raise InputError(f"{wish.do}: the cell of '{name[:60]}' must be a text.")
    return dict(told)


class RunScene:
    """A recorded run, update by update."""

    def __init__(self, given: Given) -> None:
        self.given = given

    @cached_property
    def path(self) -> str:
        found = self.given.source
        if found is None or not is_run(found):
            raise InputError("the studio was opened without a recorded run: glassnet play RUN.")
        return found

    @cached_property
    def recording(self) -> Recording:
        return Recording.open(self.path)

    def open(self, wish: Wish) -> RunCard:
        steps = np.asarray(self.recording.steps)
        losses = self.recording.losses
        if len(steps) > 2_000:
            kept = np.unique(np.linspace(0, len(steps) - 1, 2_000).astype(int))
            steps, losses = steps[kept], losses[kept]
        sizes = widths(self.recording.network(int(steps[0]))) if len(steps) else []
        return RunCard(Path(self.path).name, steps.tolist(), losses.tolist(), sizes)

    def at(self, wish: Wish) -> PassShown:
        """The pass of a step, in full where it has few enough numbers."""
        found = of_run(self.path, self._step(wish))
        if count(found.ask.net, found.ask.batch) > MOST_QUANTITIES // 4:
            return PassShown(found.title, {})
        walk = walk_of(found.ask, found.title, found.step or 0)
        return PassShown(found.title, walk_record([walk]))

    def why(self, wish: Wish) -> Move:
        """Why a parameter moved in a step."""
        found = of_run(self.path, self._step(wish))
        assert found.rows is not None
        return why_it_moved(found.ask, wish.text("address"), found.rows)

    def ask(self, wish: Wish) -> Answer:
        found = of_run(self.path, self._step(wish)).ask
        return given_number(found, found.at(wish.text("address")))

    def _step(self, wish: Wish) -> int:
        return wish.whole("step", 0, 10**12)
