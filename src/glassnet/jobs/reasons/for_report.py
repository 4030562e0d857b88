"""What a report tells of why: the mean answer along the columns that matter, and the worst rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from glassnet.core.network import Network
from glassnet.data import Dataset, Parts, TableSet
from glassnet.explain import PartialDependence, WhyInReport
from glassnet.explain.reasons.asked_row import InColumns
from glassnet.explain.reasons.dependence import MOST_ROWS, mean_along
from glassnet.explain.reasons.told import Wanted, reasons_of
from glassnet.training.measure.importance import Tick
from glassnet.training.measure.report import Report
from glassnet.training.targets import are_yes_no, one_target

COLUMNS, CLASSES, WORST = 4, 4, 3
WIDE = 200  # columns; of more each row's reasons would take longer than the rest of the page


def why_in_report(
    net: Network,
    page: Report,
    dataset: Dataset | TableSet,
    parts: Parts,
    tick: Tick = lambda done, total: None,
) -> WhyInReport:
    """Of the columns with the most influence and the rows with the highest loss.

    Of images, and of very many columns, nothing.

    Args:
        page: the report. parts: the rows that were learned from, and those that were not.
        tick: told how many of the worst rows are looked at, of how many.
    """
    if dataset.image_shape is not None or len(dataset.features) > WIDE:
        return WhyInReport()
    targets = dataset.target.names if isinstance(dataset, TableSet) else ()
    if are_yes_no(net):
        return _of_yes_no(net, page, dataset, parts, targets)
    about = InColumns(net, dataset.features, None, targets)
    learned = about.raw(parts.X, "the rows")
    rows = about.background(learned, 0, MOST_ROWS)
    foremost = sorted(page.influences.each, key=lambda one: -one.rise)
    names = [one.name for one in foremost if one.rise > 0 and one.name in about.names]
    along = [
        each
        for name in names[:COLUMNS]
        for each in (mean_along(about, rows, name, of) for of in _spoken(net))
    ]
    words = f"the {len(learned):,} rows it was trained on"
    name = targets[0] if len(targets) == 1 else ""
    worst = []
    for number, one in enumerate(page.worst[:WORST]):
        tick(number, WORST)
        if one.cells is not None:
            row = about.one(_raw(one.row, parts))
            told = reasons_of(about, row, learned, words, Wanted(), name)
            worst.append((one.row, told))
    return WhyInReport(along, worst)


def _of_yes_no(
    net: Network, page: Report, dataset: Dataset | TableSet, parts: Parts, targets: Sequence[str]
) -> WhyInReport:
    """Of several yes/no targets the mean probabilities of yes, of the first few; no rows."""
    foremost = sorted(page.influences.each, key=lambda one: -one.rise)
    along: list[PartialDependence] = []
    each = [InColumns(one_target(net, j), dataset.features) for j in range(len(targets))]
    for name in [one.name for one in foremost if one.rise > 0][:COLUMNS]:
        for about, target in list(zip(each, targets))[:CLASSES]:
            if name in about.names:
                rows = about.background(about.raw(parts.X, "the rows"), 0, MOST_ROWS)
                told = mean_along(about, rows, name)
                along.append(replace(told, of=f"{target} = {told.of}"))
    return WhyInReport(along, [])


def _spoken(net: Network) -> list[str | None]:
    """Whose answer is told: of two classes the second's; of several targets the first's."""
    if net.classes is None:
        return [None]
    return [str(label) for label in net.classes[-1 if len(net.classes) == 2 else 0 :][:CLASSES]]


def _raw(row: int, parts: Parts) -> Any:
    """The raw test row of that number, as a report counts them."""
    place = row if parts.numbers_test is None else parts.numbers_test.tolist().index(row)
    return parts.X_test[place : place + 1]
