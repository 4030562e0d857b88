"""The ledger's page: its table as Markdown, and its picture.

    python benchmarks/ledger/report.py

Reads results.json beside it and writes ledger.png and ledger.svg; docs/ledger.md prints the table.
"""

import json
from pathlib import Path
from typing import Any

from rows import ROWS, Row

HERE = Path(__file__).resolve().parent
BLUE, GREY = "#3b6fb6", "#8a8f98"


def results() -> dict[str, Any]:
    path = HERE / "results.json"
    return json.loads(path.read_text()) if path.exists() else {"rows": {}}


def range_of(found: dict[str, Any]) -> str:
    """Median and range, of one seed the figure."""
    values = found["accuracy"]
    if len(values) == 1:
        return f"{values[0]:.2f}, one seed"
    return f"{found['median']:.2f} ({min(values):.2f} to {max(values):.2f})"


def verdict(of: Row, found: dict[str, Any]) -> str:
    """Whether the published figure is reached, and by how much it is not."""
    short = of.published - found["median"]
    best = max(found["accuracy"])
    if short <= 0:
        return "reached"
    if best >= of.published:
        return f"reached by the best seed; the median {short:.2f} points short"
    return f"{short:.2f} points short"


def text(kept: dict[str, Any]) -> str:
    """The table, a row for each that was run; what was timed alone below it."""
    lines = [
        "| setting | published, % | here, % | reached | seconds | left open by the source |",
        "|---|---|---|---|---|---|",
    ]
    notes = list[str]()
    for of in ROWS:
        found = kept["rows"].get(of.name)
        if found is None:
            notes.append(f"`{of.name}` ({of.setting}, {of.published} %) was not run.")
        elif "hours" in found:
            timed = f" by {of.timed:,} of its images" if of.timed < 60_000 else ""
            notes.append(
                f"`{of.name}` ({of.setting}, published {of.published} %): an epoch takes "
                f"{found['seconds_an_epoch']:.0f} s{timed}, so that {of.epochs:,} would take about "
                f"{found['hours']:.1f} hours: an estimate, not a figure. Left open by the source: "
                f"{of.open}."
            )
        else:
            lines.append(
                f"| {of.setting} ([{of.source.split(',')[0]}](#sources), `{of.name}`) | "
                f"{of.published} | {range_of(found)} | {verdict(of, found)} | "
                f"{found['seconds']:.0f} | {of.open} |"
            )
    return "\n".join([*lines, "", *(f"- {note}" for note in notes), ""])


def picture(kept: dict[str, Any]) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    import matplotlib.pyplot as plt

    there = kept["rows"]
    shown = [(of, there[of.name]) for of in ROWS if "median" in there.get(of.name, {})]
    figure, axes = plt.subplots(figsize=(8, 0.45 * len(shown) + 1.2))
    for k, (of, found) in enumerate(shown):
        y = len(shown) - 1 - k
        axes.plot([min(found["accuracy"]), max(found["accuracy"])], [y, y], color=BLUE, lw=5,
                  alpha=0.35, solid_capstyle="round")  # fmt: skip
        axes.plot(
            found["median"], y, "o", color=BLUE, label="here: median and range" if not k else ""
        )
        axes.plot(
            of.published, y, "|", color=GREY, ms=18, mew=3, label="published" if not k else ""
        )
    axes.set_yticks(range(len(shown)), [of.name for of, _ in reversed(shown)])
    axes.set_xlabel("test accuracy, %")
    low = min(min(of.published, found["median"]) for of, found in shown)
    axes.set_xlim(max(low - 1.5, 0), 100)
    axes.grid(axis="x", alpha=0.3)
    axes.legend(loc="lower left", frameon=False)
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    figure.tight_layout()
    for ending in ("png", "svg"):
        figure.savefig(HERE / f"ledger.{ending}", dpi=120)


if __name__ == "__main__":
    picture(results())
    print(text(results()))
