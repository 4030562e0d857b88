"""The tables of a report, every cell in words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.files.plain import to_plain
from glassnet.training.measure.report import Report
from glassnet.views.html.words import cell, figure, in_words, percent, setting, whole
from glassnet.views.svg.charts import number
from glassnet.views.text.estimate import yes_no_cells

MOST_CLASSES = 30  # up to which the confusions are a table
MOST_COLUMNS = 24  # of the data that are listed
MOST_EPOCHS = 20


@dataclass(frozen=True)
class Table:
    """Numbers, already written out; the first cell of each row is its heading.

    words: the places of the columns that hold words.
    """

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    words: Sequence[int] = ()


def report_tables(report: Report) -> dict[str, Table | None]:
    """All of them by name; None where a report has nothing to put into one."""
    made = {name: make(report) for name, make in _TABLES.items()}
    return {
        name: table if table is not None and table.rows else None for name, table in made.items()
    }


def _baselines(report: Report) -> Table:
    figures = report.estimate.figures
    several = bool(report.estimate.yes_no)  # each target has a table of its own
    own = {name: one.value for name, one in figures.items() if not several or "[" not in name}
    others = report.estimate.baselines
    names = [name for name in own if any(name in of for of in others.values())]
    rows = [("this network", own), *others.items()] if others else []
    body = [[row, *(figure(values.get(name), name) for name in names)] for row, values in rows]
    head = ["", *map(in_words, names)]
    return Table("Beside simple rules, on the same test rows", head, body)


def _yes_no(report: Report) -> Table | None:
    if not report.estimate.yes_no:
        return None
    head, *rows = yes_no_cells(report.estimate)
    return Table("Each target by itself", head, rows, words=(1,))


def _classes(report: Report) -> Table | None:
    if report.examples:
        return None  # the rows are counted beside the examples
    listed = list(zip(report.estimate.classes or (), report.rows_of))[:MOST_CLASSES]
    more = len(report.rows_of) - len(listed)
    caption = "Rows of each class" + (f"; {whole(more)} classes more" if more else "")
    rows = [[str(label), whole(n), whole(m)] for label, (n, m) in listed]
    return Table(caption, ["class", "training", "test"], rows)


def _columns(report: Report) -> Table:
    listed, n = report.columns[:MOST_COLUMNS], len(report.columns)
    names = [
        name
        for name in ("kind", "used", "why", "least", "mean", "largest")
        # where all are used, that needs no column
        if any((v := getattr(each, name)) not in (None, "") and v is not True for each in listed)
    ]
    rows = [[c.name, *(cell(getattr(c, name)) for name in names)] for c in listed]
    words = [k for k, name in enumerate(names, start=1) if name in ("kind", "why")]
    caption = "Columns" + (f", {whole(len(listed))} of {whole(n)}" if len(listed) < n else "")
    return Table(caption, ["column", *names], rows, words)


def _epochs(report: Report) -> Table | None:
    epochs = report.history.epochs
    if not epochs:
        return None
    every = math.ceil(len(epochs) / MOST_EPOCHS)
    names = [name for name in epochs[0] if name != "seconds"]
    head = [in_words(name.replace("val_", "validation ")) for name in names]
    rows = [[cell(row.get(name)) for name in names] for row in [*epochs[:-1:every], epochs[-1]]]
    return Table("By epoch", head, rows)


def _confused(report: Report) -> Table | None:
    classes, counted = report.estimate.classes or (), report.estimate.confusion or ()
    if len(classes) <= 5:
        return None  # so few confusions need no list beside their table
    most = report.confused[: 8 if len(classes) <= MOST_CLASSES else MOST_CLASSES]
    rows = [
        [str(classes[i]), str(classes[j]), whole(n), percent(n / sum(counted[i]), 1)]
        for n, i, j in most
    ]
    head = ["is really", "was taken for", "rows", "of its class"]
    return Table("The most frequent", head, rows, words=(1,))


def _reliability(report: Report) -> Table:
    rows = [
        [f"{percent(b.least)} – {percent(b.most)}", percent(b.mean, 1), percent(b.happened, 1),
         whole(b.rows)]
        for b in report.estimate.reliability or ()
    ]  # fmt: skip
    head = ["probabilities given", "their mean", "it was so in", "rows"]
    return Table("Rows by the probability they were given", head, rows)


def _worst(report: Report) -> Table | None:
    if not report.worst or report.worst[0].image is not None:
        return None
    names = list(report.worst[0].cells or {})
    sure = report.worst[0].probability is not None
    lined = all(one.line is not None for one in report.worst)
    head = [*["line"] * lined, "row", "is", "answer", *["probability"] * sure, "loss", *names]
    rows = [
        [*[str(one.line)] * lined, str(one.row), cell(one.target), cell(one.answer)]
        + ([] if one.probability is None else [percent(one.probability, 1)])
        + [number(one.loss, 3), *(cell((one.cells or {})[name]) for name in names)]
        for one in report.worst
    ]
    told = "The highest loss first; rows as `glassnet explain --row` counts them, from 0"
    if lined:
        told += ", lines as an editor counts those of the file"
    return Table(told, head, rows)


def _groups(report: Report) -> Table | None:
    found = report.groups
    if found is None:
        return None
    covered = any(group.coverage for group in found.groups)
    name = "accuracy" if found.metric == "accuracy" else "root mean squared error"
    head = [
        found.column,
        "rows",
        name,
        "between",
        "said",
        "was so",
        *["in 90\xa0% limits"] * covered,
    ]
    share = "accuracy" if found.metric == "accuracy" else "mean"
    rows = []
    for group in found.groups:
        one = group.figure
        limits = "–"
        if one.low is not None and one.high is not None:
            limits = f"{figure(one.low, found.metric)} – {figure(one.high, found.metric)}"
        row = [group.name, whole(group.rows), figure(one.value, found.metric), limits]
        row += [figure(group.said, share)]
        row += [figure(None if group.happened is None else group.happened.value, share)]
        if covered:
            row.append(figure(group.coverage.value if group.coverage else None, "coverage"))
        rows.append(row)
    more = f"; {whole(found.left_out)} rows of further groups" if found.left_out else ""
    return Table(f"By {found.column}, on the test rows{more}", head, rows)


def _layers(report: Report) -> Table:
    rows = [
        [str(k), whole(layer.n_in), whole(layer.n_out), layer.activation.replace("_", " "),
         whole(layer.parameters)]
        for k, layer in enumerate(report.layers, start=1)
    ]  # fmt: skip
    return Table("Layers", ["layer", "inputs", "neurons", "activation", "parameters"], rows)


def _settings(report: Report) -> Table:
    settings = report.about.settings
    rows = [
        [name.replace("_", " "), setting(value)]
        for name, value in ({} if settings is None else to_plain(settings)).items()
        if value is not None and name not in ("why", "given")
    ]
    return Table("Settings", ["", "value"], rows, words=(1,))


def _versions(report: Report) -> Table:
    rows = list(report.about.versions.items())
    return Table("Versions", ["", "version"], rows, words=(1,))


_TABLES = {
    "baselines": _baselines, "yes_no": _yes_no, "classes": _classes, "columns": _columns,
    "epochs": _epochs, "confused": _confused, "groups": _groups, "reliability": _reliability,
    "worst": _worst, "layers": _layers, "settings": _settings, "versions": _versions,
}  # fmt: skip
