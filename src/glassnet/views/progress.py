"""A progress bar over the events of a training, where somebody looks; silence elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from glassnet.training import EpochEnd, Event, Progress

Show = Callable[[Event], None]


@contextmanager
def progress_bar(progress: bool | None = None) -> Iterator[Show]:
    """What to call with each event: it draws a bar on stderr, or does nothing.

    Args: progress, True or False for a bar or none; None shows one in a terminal or notebook.
    """
    if progress is None:
        progress = sys.stderr.isatty() or "ipykernel" in sys.modules
    if not progress:
        yield lambda event: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
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
        yield _Drawing(bar, bar.add_task("", total=None, epoch="1", figures=""))


class _Drawing:
    """Keeps the bar's texts between events."""

    def __init__(self, bar: Any, task: Any) -> None:
        self.bar, self.task = bar, task
        self.rate, self.metric = "", ""

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progress):
            self.rate = f"  {event.samples_per_second:,.0f} samples/s"
            self._draw(event, event.loss)
            done = (event.epoch - 1) * event.samples + event.done
            self.bar.update(self.task, total=event.epochs * event.samples, completed=done)
        elif isinstance(event, EpochEnd):
            for name in ("val_accuracy", "val_r2"):
                if name in event.row:
                    self.metric = f"  {name.replace('_', ' ')} {event.row[name]:.4f}"
            self._draw(event, event.row["loss"])

    def _draw(self, event: Progress | EpochEnd, loss: float) -> None:
        self.bar.update(
            self.task,
            epoch=f"{event.epoch}/{event.epochs}",
            figures=f"loss {loss:.4g}{self.metric}{self.rate}",
        )
