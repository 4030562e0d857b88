"""The mean answer along columns, for a page: a chart along numbers, a table of bars along words."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from glassnet.data.table.cells import FORMATS
from glassnet.explain import DependencePoint, PartialDependence
from glassnet.views.svg.charts import Line, curves
from glassnet.views.text.reasons.units import NOT_GIVEN, cell_text, digits_of, number_in

STYLES = ("train", "validation", "third", "fourth")


@dataclass(frozen=True)
class DrawnColumn:
    """A column: a chart, or (cell, mean, share of the largest, rows) in words for each value."""

    name: str
    of: str
    rows: int
    chart: str = ""
    points: list[tuple[str, str, float, int]] = field(default_factory=list)


def along_columns(along: Sequence[PartialDependence]) -> list[DrawnColumn]:
    """Each column as it is drawn; of a number the classes together."""
    return [
        drawn
        for _, group in groupby(along, key=lambda one: one.name)
        for drawn in _column(list(group))
    ]


def _column(group: Sequence[PartialDependence]) -> Iterator[DrawnColumn]:
    one = group[0]
    x = [number_in(point.cell) for point in one.points]
    known = [value for value in x if value is not None]
    if len(known) >= 3 and all(v is not None or p.cell is None for v, p in zip(x, one.points)):
        lines = [_line(each, style) for each, style in zip(group, STYLES)]
        what = "probability" if one.probability else (one.of or "answer")
        chart = curves(lines, one.name, what, counted=False)
        yield DrawnColumn(one.name, one.of, one.rows, chart)
        return
    for each in group:
        most = max((abs(point.mean) for point in each.points), default=0.0) or 1.0
        digits = digits_of(most)
        yield DrawnColumn(
            each.name,
            f"probability of {each.of}" if each.probability else f"mean {each.of or 'answer'}",
            each.rows,
            points=[
                (
                    cell_text(point.cell),
                    f"{100 * point.mean:.1f} %"
                    if each.probability
                    else f"{point.mean:,.{digits}f}",
                    max(point.mean / most, 0.0),
                    point.rows,
                )
                for point in _in_order(each.points)
            ],
        )


def _in_order(points: Sequence[DependencePoint]) -> list[DependencePoint]:
    """Numbers that are names and dates in their order, words by their mean answer, gaps last."""
    known = [point for point in points if cell_text(point.cell) != NOT_GIVEN]
    gone = [point for point in points if cell_text(point.cell) == NOT_GIVEN]
    cells = [str(point.cell).strip() for point in known]
    moments = next(filter(None, (_moments(cells, form) for form in FORMATS)), None)
    if moments is not None:
        return [known[k] for k in sorted(range(len(known)), key=moments.__getitem__)] + gone
    return [*sorted(known, key=_place), *gone]


def _place(point: DependencePoint) -> tuple[float, float]:
    number = number_in(point.cell)
    return (math.inf if number is None else number, -point.mean)


def _moments(cells: Sequence[str], form: str) -> list[datetime] | None:
    """The cells as dates of this form; None where one is none."""
    try:
        return [datetime.strptime(cell, form).replace(tzinfo=None) for cell in cells]
    except ValueError:
        return None


def _line(one: PartialDependence, style: str) -> Line:
    points = [(number_in(point.cell), point.mean) for point in one.points]
    known = [(x, y) for x, y in points if x is not None]
    return Line(one.of if one.probability else "mean", style, *map(list, zip(*known)))
