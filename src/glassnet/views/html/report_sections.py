"""What a report's page says, section by section; a section that has nothing to say is empty."""

import math
import re
from html import escape
from typing import Any

from glassnet.core.network import Network
from glassnet.training.measure.report import Report
from glassnet.views.html.report_pieces import (
    cell,
    class_examples,
    column_table,
    confusion_table,
    escaped,
    in_words,
    mistaken_image,
    paragraph,
    region,
    sentence,
    setting,
    shown,
    table,
    worst_rows,
)
from glassnet.views.svg.charts import (
    Line,
    curves,
    heat_map,
    number,
    reliability,
    scatter,
)
from glassnet.views.svg.network import draw_network

MOST_CLASSES = 30  # up to which the confusions are a table
MOST_BARS = 30  # of the inputs' influences
MOST_EPOCHS = 20  # in the table beside the curves
DRAWN = 6  # layers up to which the network is drawn


def figures(report: Report) -> str:
    """The figures with their intervals, the baselines beside them, and the verdict."""
    if not report.figures and not report.verdict:
        return ""
    parts = []
    if report.verdict:
        parts.append(f'<p class="verdict">{escape(report.verdict)}</p>')
    cards = []
    for name, figure in report.figures.items():
        low, high = figure.get("low"), figure.get("high")
        between = ""
        if low is not None and high is not None and not math.isnan(low):
            how = f", {figure['how']}" if figure.get("how") else ""
            between = (
                f'<span class="between">between {shown(name, low)} and {shown(name, high)}'
                f"{escape(how)}</span>"
            )
        elif figure.get("how"):
            between = f'<span class="between">{escape(str(figure["how"]))}</span>'
        cards.append(
            f"<div><dt>{in_words(name)}</dt><dd>"
            f'<span class="value">{shown(name, figure.get("value"))}</span>{between}</dd></div>'
        )
    parts.append(f'<dl class="figures">{"".join(cards)}</dl>')
    if report.baselines:
        names = [
            name
            for name in report.figures
            if any(name in values for values in report.baselines.values())
        ]
        own = {name: report.figures[name].get("value") for name in names}
        rows = [("this network", own), *report.baselines.items()]
        body = [[row, *(shown(name, values.get(name)) for name in names)] for row, values in rows]
        head = ["", *(in_words(name) for name in names)]
        parts.append(
            table("Beside simple rules, on the same test rows", head, [escaped(r) for r in body])
        )
    return "\n".join(parts)


def data_seen(report: Report) -> str:
    """The rows, the columns or examples of the images, and what was left out."""
    about = report.about
    rows = f"{report.train_rows:,} rows to learn from, {report.test_rows:,} to measure on"
    if about.get("test"):
        rows += f" ({about['test']})"
    parts = [paragraph(rows + ".")]
    if about.get("about"):
        parts.append(paragraph(sentence(str(about["about"]))))
    parts += [paragraph(sentence(str(note))) for note in about.get("notes", ())]
    if about.get("source"):
        licence = f"; licence: {about['licence']}" if about.get("licence") else ""
        parts.append(
            f'<p class="muted">Source: {escape(str(about["source"]))}{escape(licence)}</p>'
        )
    if report.examples:
        parts.append("<h3>Examples of each class</h3>")
        pairs = zip(report.classes, report.examples, report.rows_of)
        parts += [class_examples(label, images, n[0], n[1]) for label, images, n in pairs]
        left = len(report.classes) - len(report.examples)
        if left > 0:
            parts.append(f'<p class="muted">… and {left:,} classes more.</p>')
    elif report.classes:
        listed = list(zip(report.classes, report.rows_of))[:MOST_CLASSES]
        body = [[escape(str(c)), f"{n:,}", f"{m:,}"] for c, (n, m) in listed]
        more = len(report.classes) - len(listed)
        caption = "Rows of each class" + (f"; {more:,} classes more" if more else "")
        parts.append(table(caption, ["class", "training", "test"], body))
    if report.columns:
        parts.append(column_table(report.columns))
    return "\n".join(parts)


def training_curves(report: Report) -> str:
    """Loss and metric by epoch, how training ended, and the numbers in a table."""
    epochs = report.history.epochs
    if not epochs:
        return ""
    history = report.history
    x = [float(row["epoch"]) for row in epochs]
    lines = [Line("training", "train", x, [row["loss"] for row in epochs])]
    if "val_loss" in epochs[0]:
        lines.append(Line("validation", "validation", x, [row["val_loss"] for row in epochs]))
    mark = None
    if history.restored:
        mark = (float(history.best_epoch), f"kept: epoch {history.best_epoch}")
    charts = [curves(lines, "epoch", "loss", mark)]
    metrics = [name for name in epochs[0] if name.startswith("val_") and name != "val_loss"]
    for name in metrics:
        values = [row[name] for row in epochs]
        label = f"{in_words(name.removeprefix('val_'))}, validation"
        charts.append(curves([Line(label, "train", x, values)], "epoch", label, mark))
    end = f"{len(epochs):,} epochs, {history.steps:,} updates, {history.seconds:.1f} seconds."
    if history.message:
        end += " " + sentence(history.message)
    every = math.ceil(len(epochs) / MOST_EPOCHS)
    rows = [*epochs[:-1:every], epochs[-1]]
    names = [name for name in epochs[0] if name not in ("seconds",)]
    cells = [[cell(row.get(name)) for name in names] for row in rows]
    heads = [in_words(name.replace("val_", "validation ")) for name in names]
    drawn = "".join(f"<figure>{chart}</figure>" for chart in charts if chart)
    return (
        f'{paragraph(end)}\n<div class="charts">{drawn}</div>\n'
        "<details><summary>The numbers</summary>"
        f"{table('By epoch', heads, cells)}</details>"
    )


def confusions(report: Report) -> str:
    """A table of which class was taken for which; of many classes the most frequent alone."""
    if not report.confusion:
        return ""
    counts, classes = report.confusion, [str(label) for label in report.classes]
    total = sum(map(sum, counts))
    right = sum(counts[k][k] for k in range(len(counts)))
    parts = [paragraph(f"{right:,} of {total:,} test rows are right, {total - right:,} wrong.")]
    if len(classes) <= MOST_CLASSES:
        parts.append(confusion_table(counts, classes))
    pairs = sorted(
        ((n, i, j) for i, row in enumerate(counts) for j, n in enumerate(row) if n and i != j),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    if pairs and len(classes) > 5:
        most = pairs[: 8 if len(classes) <= MOST_CLASSES else MOST_CLASSES]
        body = [
            [escape(classes[i]), escape(classes[j]), f"{n:,}", f"{100 * n / sum(counts[i]):.1f} %"]
            for n, i, j in most
        ]
        head = ["is really", "was taken for", "rows", "of its class"]
        parts.append(table("The most frequent", head, body, text=(1,)))
    return "\n".join(parts)


def predictions(report: Report) -> str:
    """Numbers predicted beside the true ones."""
    if not report.points:
        return ""
    names = list(report.about.get("targets") or ())
    charts = []
    for k, points in enumerate(report.points[:4]):
        name = f": {names[k]}" if k < len(names) else ""
        charts.append(f"<figure>{scatter(points, 'true' + name, 'predicted')}</figure>")
    listed = len(report.points[0])
    what = "A point a test row" + (
        f", {listed:,} of {report.test_rows:,} drawn by chance" if listed < report.test_rows else ""
    )
    return (
        paragraph(what + "; on the dashed line the prediction is right.")
        + f'\n<div class="charts">{"".join(charts)}</div>'
    )


def calibration(report: Report) -> str:
    """Whether answers given with 90 % are right in 90 of 100 cases."""
    bins = [(one.probability, one.right, one.rows) for one in report.reliability]
    if not bins:
        return ""
    rows = [[f"{100 * p:.0f} %", f"{100 * right:.0f} %", f"{n:,}"] for p, right, n in bins]
    gap = sum(n * abs(p - right) for p, right, n in bins) / sum(n for *_, n in bins)
    told = (
        "Of the answers given with a probability of 90 %, nine in ten should be right: points on "
        "the dashed line. Below it the network is too sure of itself, above it too modest. "
        f"On average the two differ by {100 * gap:.1f} percentage points."
    )
    head = ["probability given", "right", "rows"]
    return (
        f'{paragraph(told)}\n<figure class="one">{reliability(bins)}</figure>\n'
        f"<details><summary>The numbers</summary>"
        f"{table('Answers by their probability', head, rows)}</details>"
    )


def mistakes(report: Report) -> str:
    """The test rows with the highest loss."""
    if not report.worst:
        return ""
    doubt = "Such rows are hard, unlike all others, or wrongly labelled: look at the data first."
    if report.task != "classes":
        told = f"The test rows with the highest loss. {doubt}"
    elif not report.wrong:
        told = "No test row is wrong. These are the ones it was least sure of."
    else:
        wrong = sum(one.target != one.answer for one in report.worst)
        told = f"The test rows with the highest loss; {wrong:,} of these are wrong. {doubt}"
    if report.worst[0].image is not None:
        body = f'<ul class="mistakes">{"".join(mistaken_image(one) for one in report.worst)}</ul>'
    else:
        body = worst_rows(report)
    return f"{paragraph(told)}\n{body}"


def influence(report: Report) -> str:
    """How much the loss rises when an input is shuffled among the test rows."""
    found = report.influences
    if found is None or not found.each:
        return ""
    told = (
        f"How much the loss, {number(found.loss)} on {found.rows:,} test rows, rises when "
        f"{'a block of pixels' if report.heat is not None else 'a column'} is shuffled among them "
        f"({found.repeats} times, mean). 0: the network does without it. Inputs that say the same "
        "share their influence, so that each may look small."
    )
    parts = [paragraph(told)]
    if report.heat is not None:
        top = float(report.heat.max())
        parts.append(
            f'<figure class="one">{heat_map(report.heat)}<figcaption>from 0 or less, empty, to '
            f"{number(top)}, full</figcaption></figure>"
        )
    else:
        each = sorted(found.each, key=lambda one: -one.rise)
        top = max((one.rise for one in each), default=0.0) or 1.0
        rows = "".join(
            f'<tr><th scope="row">{escape(one.name)}</th><td class="bar">'
            f'<span style="--v:{max(one.rise, 0) / max(top, 1e-300):.3f}"></span></td>'
            f"<td>{number(one.rise, 3)} ± {number(one.spread, 2)}</td></tr>"
            for one in each[:MOST_BARS]
        )
        parts.append(
            '<table class="bars"><caption>Rise of the loss, ± its standard deviation over the '
            f"shuffles</caption><tbody>{rows}</tbody></table>"
        )
        if len(each) > MOST_BARS:
            least = number(each[MOST_BARS].rise, 3)
            rest = len(each) - MOST_BARS
            parts.append(f'<p class="muted">{rest:,} columns more, of {least} or less each.</p>')
    if found.left_out:
        what = "blocks" if report.heat is not None else "columns"
        parts.append(
            f'<p class="muted">{found.left_out:,} {what} were not looked at: they are many.</p>'
        )
    return "\n".join(parts)


def network(report: Report, net: Network | None) -> str:
    """Its layers, and a drawing where there are few."""
    rows = [
        [
            str(k),
            f"{layer['inputs']:,}",
            f"{layer['neurons']:,}",
            escape(layer["activation"].replace("_", " ")),
            f"{layer['parameters']:,}",
        ]
        for k, layer in enumerate(report.layers, start=1)
    ]
    told = f"{report.parameters:,} parameters; loss: {report.loss_name.replace('_', ' ')}."
    head = ["layer", "inputs", "neurons", "activation", "parameters"]
    parts = [paragraph(told), table("Layers", head, rows)]
    if net is not None and len(report.layers) <= DRAWN:
        drawing = re.sub(r"^<\?xml[^>]*>\s*", "", draw_network(net, max_neurons=8))
        drawing = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", drawing)  # within HTML it needs no names
        parts.append(region("A drawing of the network", f'<div class="drawing">{drawing}</div>'))
    return "\n".join(parts)


def same_again(report: Report) -> str:
    """The command, the settings, the versions."""
    about = report.about
    parts = []
    if about.get("command"):
        parts.append(f"<pre>{escape(str(about['command']))}</pre>")
    if about.get("model"):
        parts.append(paragraph(f"The model: {about['model']}"))
    facts: dict[str, Any] = {}
    if about.get("seed") is not None:
        facts["seed"] = about["seed"]
    facts |= about.get("settings") or {}
    if facts:
        body = [
            [escape(name.replace("_", " ")), escape(setting(value))]
            for name, value in facts.items()
            if value is not None
        ]
        parts.append(table("Settings", ["", "value"], body, text=(1,)))
    versions = about.get("versions") or {}
    if versions:
        body = [[escape(name), escape(str(value))] for name, value in versions.items()]
        parts.append(table("Versions", ["", "version"], body, text=(1,)))
        parts.append(
            '<p class="muted">The same bits come back on the same machine with the same versions; '
            "elsewhere the last digits may differ.</p>"
        )
    return "\n".join(parts)
