"""The progress bar of a terminal: a line on stderr."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from glassnet.views.progress.standing import Draw, ProgressShown


@contextmanager
def in_terminal() -> Iterator[Draw]:
    """rich draws it, the end too."""
    columns = (
        TextColumn("{task.fields[title]}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[figures]}"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), refresh_per_second=8) as bar:
        task = bar.add_task("", total=None, title="epoch 1", figures="")

        def draw(at: ProgressShown) -> None:
            bar.update(task, total=at.total, completed=at.done, title=at.title, figures=at.figures)

        yield draw
