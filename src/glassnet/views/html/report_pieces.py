"""The pieces that a report's sections are made of: tables, cells, pictures and words."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from glassnet.training.measure.report import Mistake, Report
from glassnet.views.svg.charts import number, png

MOST_COLUMNS = 200  # of the data that are listed
SHARES = {"accuracy", "balanced_accuracy", "share", "coverage"}
NAMES = {
    "r2": "R²", "mae": "mean absolute error", "rmse": "root mean squared error",
    "roc_auc": "ROC AUC", "log_loss": "log loss", "loss": "loss (network's own)",
    "brier": "Brier score", "ece": "calibration error",
}  # fmt: skip


def table(
    caption: str,
    head: Sequence[str],
    rows: Sequence[Sequence[str]],
    text: Sequence[int] = (),
) -> str:
    """A table, a region of its own that scrolls by itself; cells are HTML, `text` columns words."""
    kind = [' class="text"' if k in text else "" for k in range(len(head))]
    top = "".join(f'<th scope="col"{kind[k]}>{cell}</th>' for k, cell in enumerate(head))
    body = "\n".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(f"<td{kind[k]}>{cell}</td>" for k, cell in enumerate(rest, start=1))
        + "</tr>"
        for first, *rest in rows
    )
    return region(
        caption,
        f"<table><caption>{escape(caption)}</caption>\n<thead><tr>{top}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody></table>",
    )


def region(label: str, content: str) -> str:
    # reachable by keyboard, where the window is narrower than what is in it
    return (
        f'<div class="wide" role="region" aria-label="{escape(label)}" tabindex="0">{content}</div>'
    )


def confusion_table(counts: Sequence[Sequence[int]], classes: Sequence[str]) -> str:
    right = max((counts[k][k] for k in range(len(counts))), default=0) or 1
    wrong = max((n for i, row in enumerate(counts) for j, n in enumerate(row) if i != j), default=0)

    def cell(i: int, j: int) -> str:
        n = counts[i][j]
        kind = "none" if not n else "right" if i == j else "wrong"
        # the square root lets a single mistake be seen beside forty
        shade = math.sqrt(n / (right if i == j else max(wrong, 1)))
        return f'<td class="{kind}" style="--v:{shade:.2f}">{n:,}</td>'

    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in classes)
    body = "\n".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(cell(i, j) for j in range(len(classes)))
        + "</tr>"
        for i, label in enumerate(classes)
    )
    caption = "Each row is what it really is, each column what it was taken for"
    return region(
        caption,
        f'<table class="confusion"><caption>{caption}</caption><thead><tr><td></td>{head}</tr>'
        f"</thead>\n<tbody>\n{body}\n</tbody></table>",
    )


def column_table(columns: Sequence[Mapping[str, Any]]) -> str:
    listed = columns[:MOST_COLUMNS]
    names = [
        name
        for name in ("kind", "used", "why", "min", "mean", "max")
        if any(column.get(name) not in (None, "") for column in listed)
    ]
    body = [
        [escape(str(column["name"])), *(column_cell(column.get(name)) for name in names)]
        for column in listed
    ]
    words = [k for k, name in enumerate(names, start=1) if name in ("kind", "why")]
    caption = "Columns" + (
        f", {len(listed):,} of {len(columns):,}" if len(listed) < len(columns) else ""
    )
    return table(caption, ["column", *names], body, text=words)


def column_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return cell(value)


def worst_rows(report: Report) -> str:
    names = list(report.worst[0].cells or {})
    sure = report.worst[0].probability is not None
    head = ["test row", "is", "answer"] + ["probability"] * sure + ["loss"]
    rows = []
    for one in report.worst:
        row = [str(one.row), cell(one.target), cell(one.answer)]
        row += [f"{100 * one.probability:.1f} %"] if one.probability is not None else []
        rows.append([*row, number(one.loss, 3), *(cell((one.cells or {})[n]) for n in names)])
    return table("The highest loss first", [*head, *map(escape, names)], rows)


def mistaken_image(one: Mistake) -> str:
    assert one.image is not None
    target, answer = plain(one.target), plain(one.answer)
    if isinstance(one.target, float):
        said = f"is {target}, predicted {answer}"
    else:
        said = f"is {target}, " + ("rightly" if target == answer else f"taken for {answer}")
    sure = ""
    if one.probability is not None:
        sure = f'<span class="sure">{100 * one.probability:.0f} % sure</span>'
    return f'<li><img src="{png(one.image)}" alt="test row {one.row}">{escape(said)}{sure}</li>'


def class_examples(label: Any, images: Any, train: int, test: int) -> str:
    name = escape(str(label))
    pictures = "".join(f'<img src="{png(image)}" alt="">' for image in images)
    return (
        f'<div class="class"><div><strong>{name}</strong><span class="count">{train:,} + {test:,} '
        f'rows</span></div><div class="images" role="img" aria-label="{len(images)} examples of '
        f'{name}">{pictures}</div></div>'
    )


def paragraph(text: str) -> str:
    return f"<p>{escape(text)}</p>"


def sentence(text: str) -> str:
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def in_words(name: str) -> str:
    return escape(NAMES.get(name, name.replace("_", " ")))


def shown(name: str, value: Any) -> str:
    if value is None:
        return "–"
    if name in SHARES and math.isfinite(value):
        return f"{100 * value:.1f} %"
    return number(float(value))


def plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(plain(one) for one in value)
    if isinstance(value, float):
        return number(value)
    return "–" if value is None else str(value)


def cell(value: Any) -> str:
    return escape(plain(value))


def setting(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value)) or "none"
    return f"{value:g}" if isinstance(value, float) else str(value)


def escaped(cells: Sequence[str]) -> list[str]:
    return [escape(cell) for cell in cells]
