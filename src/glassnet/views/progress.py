"""A progress bar over the events of a training, where somebody looks; silence elsewhere."""

import sys
from collections.abc import Iterator

from glassnet.training import EpochEnd, Event, Progress


def shown(events: Iterator[Event], progress: bool | None = None) -> Iterator[Event]:
    """The same events, with a bar on stderr while they pass.

    Args: progress, True or False for a bar or none; None shows one in a terminal or notebook.
    """
    if progress is None:
        progress = sys.stderr.isatty() or "ipykernel" in sys.modules
    return _with_bar(events) if progress else events


def _with_bar(events: Iterator[Event]) -> Iterator[Event]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("epoch {task.fields[epoch]}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), refresh_per_second=8) as bar:
        task = bar.add_task("", total=None, epoch="1", figures="")
        rate, metric = "", ""
        for event in events:
            if isinstance(event, Progress):
                rate = f"{event.samples_per_second:,.0f} samples/s"
                bar.update(
                    task,
                    total=event.epochs * event.samples,
                    completed=(event.epoch - 1) * event.samples + event.done,
                    epoch=f"{event.epoch}/{event.epochs}",
                    figures=f"loss {event.loss:.4g}{metric}  {rate}",
                )
            elif isinstance(event, EpochEnd):
                row = event.row
                metric = "".join(
                    f"  {name.replace('_', ' ')} {row[name]:.4f}"
                    for name in ("val_accuracy", "val_r2")
                    if name in row
                )
                bar.update(
                    task,
                    epoch=f"{event.epoch}/{event.epochs}",
                    figures=f"loss {row['loss']:.4g}{metric}  {rate}",
                )
            yield event
