"""A report as a page to keep or to send: one HTML file that holds everything, fetches nothing."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from glassnet.core.network import Network
from glassnet.explain import WhyInReport
from glassnet.training.events import History
from glassnet.training.measure.report import Report
from glassnet.training.targets import middle_of, quantile_names
from glassnet.views.html.along import along_columns
from glassnet.views.html.page import fill
from glassnet.views.html.tables import MOST_CLASSES, report_tables
from glassnet.views.html.words import in_words
from glassnet.views.svg.charts import Line, curves, heat_map, reliability, scatter
from glassnet.views.svg.network import draw_network
from glassnet.views.text.estimate import YES_NO_SAID
from glassnet.views.text.reasons.row import otherwise_text, sum_lines

# A section for each template of the folder `report`; one that has nothing to say is left out.
# First what one looks for: how good it is, why, where it is wrong, and for whom.
SECTIONS = {
    "figures": "How good it is",
    "influence": "What the inputs do",
    "why": "Why it answers so",
    "mistakes": "The worst mistakes",
    "confusions": "What was taken for what",
    "predictions": "Predicted and true",
    "groups": "For whom",
    "calibration": "How far its probabilities can be trusted",
    "data": "The data",
    "training": "Training",
    "again": "How to get the same again",
    "network": "The network",
}
DRAWN = 6  # layers up to which the network is drawn
WIDE = 64  # inputs or neurons of a layer, from which on the drawing is small
TARGETS_DRAWN = 4


def report_page(report: Report, net: Network | None = None, why: WhyInReport | None = None) -> str:
    """The page as HTML.

    Args:
        report: as `training.report.make_report` gives it.
        net: the network, to be drawn; None leaves the drawing out.
        why: what there is to say of why it answers so.
    """
    estimate = report.estimate
    called = quantile_names(report.quantiles, report.about.targets)
    values = {
        "report": report,
        "about": report.about,
        "estimate": estimate,
        "tables": report_tables(report),
        "curves": [chart for chart in _curves(report.history) if chart],
        "points": _points(report),
        "reliability": reliability(
            [(b.mean, b.happened, b.rows) for b in estimate.reliability or ()]
        ),
        "shades": _shades(estimate.confusion or ()),
        "heat": heat_map(report.heat) if report.heat else "",
        "network": None,
        "yes_no_said": YES_NO_SAID,
        "quantile_names": called,
        "quantiles_of_one": len(set(report.quantiles)) > 1,  # several, of the same target
        "first_told": called[middle_of(report.quantiles)] if called else "",
        "along": [] if why is None else along_columns(why.along),
        "sums": [
            (one.row, one.target, "\n".join(sum_lines(told)), otherwise_text(told))
            for one, (_, told) in zip(report.worst, why.worst if why else ())
        ],
    }
    sizes = [layer.n_in for layer in report.layers]
    values["wide"] = max(sizes, default=0) > WIDE
    if net is not None and len(report.layers) <= DRAWN:
        values["network"] = draw_network(net, max_neurons=8)
    sections = [
        (name, heading, body)
        for name, heading in SECTIONS.items()
        if (body := fill(f"report/{name}.html", **values).strip())
    ]
    title = f"{report.about.data or 'A network'}: report on a trained network"
    return fill("report.html", title=title, sections=sections, **values)


def _curves(history: History) -> list[str]:
    """Loss and metric by epoch, and which epoch's parameters were kept."""
    epochs = history.epochs
    if not epochs:
        return []
    x = [float(row["epoch"]) for row in epochs]

    def line(name: str, column: str, style: str) -> Line:
        return Line(name, style, x, [row[column] for row in epochs])

    mark = (float(history.best_epoch), f"kept: epoch {history.best_epoch}")
    mark = mark if history.restored else None
    lines = [line("training", "loss", "train")]
    if "val_loss" in epochs[0]:
        lines.append(line("validation", "val_loss", "validation"))
    charts = [curves(lines, "epoch", "loss", mark)]
    for name in epochs[0]:
        if name.startswith("val_") and name != "val_loss":
            label = f"{in_words(name.removeprefix('val_'))}, validation"
            charts.append(curves([line(label, name, "train")], "epoch", label, mark))
    return charts


def _points(report: Report) -> list[str]:
    """Of each number that is predicted, its answers beside the true values."""
    names = [f": {name}" for name in report.about.targets]
    said = ["predicted"] * len(report.points)
    if aimed := report.quantiles:
        said = [f"{name}, as predicted" for name in quantile_names(aimed)]
        names = names[:1] * len(aimed) if len(names) == 1 else names  # all of the same target
    names += [""] * len(report.points)
    return [
        scatter(points, "true" + name, says)
        for points, name, says in zip(report.points[:TARGETS_DRAWN], names, said)
    ]


def _shades(confusion: Sequence[Sequence[int]]) -> NDArray[np.float64] | None:
    """How deep each cell is coloured, 0 to 1: beside the most right, or the most wrong.

    None where there is no table of them, or too many classes for one.
    """
    if not 0 < len(confusion) <= MOST_CLASSES:
        return None
    n = np.asarray(confusion, dtype=np.float64)
    right = np.eye(len(n), dtype=bool)
    most = np.where(right, n[right].max(initial=1), n[~right].max(initial=1))
    return np.sqrt(n / most)  # the root lets a single mistake be seen beside forty
