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
    """Draws each event, and keeps the last epoch's metric beside the figures that follow."""

    def __init__(self, bar: Any, task: Any) -> None:
        self.bar, self.task = bar, task
        self.metric = ""

    def __call__(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._draw(event, event.loss, event.done)
        elif isinstance(event, EpochEnd):
            for name in ("val_accuracy", "val_r2"):
                if name in event.row:
                    self.metric = f"  {name.replace('_', ' ')} {event.row[name]:.4f}"
            self._draw(event, event.row["loss"], event.samples)

    def _draw(self, event: Progress | EpochEnd, loss: float, done: int) -> None:
        self.bar.update(
            self.task,
            total=event.epochs * event.samples,
            completed=(event.epoch - 1) * event.samples + done,
            epoch=f"{event.epoch}/{event.epochs}",
            figures=f"loss {loss:.4g}{self.metric}  {event.samples_per_second:,.0f} samples/s",
        )
