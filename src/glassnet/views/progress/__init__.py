"""A progress bar over the events of a training, where somebody looks; silence elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

from glassnet.training import EpochEnd, Event, Progress, TrainingEnd
from glassnet.training.measure.comparison import shown
from glassnet.views.progress.state import Draw, ProgressShown

Show = Callable[[Event], None]
Bar = Callable[[], AbstractContextManager[Draw]]


@contextmanager
def progress_bar(progress: bool | None = None) -> Iterator[Show]:
    """What to call with each event: it draws a bar, in a notebook or on stderr, or does nothing.

    Args: progress, True or False for a bar or none; None shows one in a terminal or notebook.
    """
    bar = _notebook()
    if progress is None:
        progress = bar is not None or (sys.stderr is not None and sys.stderr.isatty())
    if not progress:
        yield lambda event: None
        return
    with (bar or _terminal())() as draw:
        yield _Following(draw)


def _terminal() -> Bar:
    from glassnet.views.progress.terminal import in_terminal

    return in_terminal


def _notebook() -> Bar | None:
    """The bar of the notebook that this runs in, if it does: whoever runs it is loaded by then."""
    if "marimo" in sys.modules:
        from glassnet.views.progress import notebooks

        if notebooks.runs_in_marimo():
            return notebooks.in_marimo
    if "IPython" in sys.modules:
        from glassnet.views.progress import notebooks

        if notebooks.runs_in_jupyter():
            return notebooks.in_jupyter
    return None


class _Following:
    """Draws what each event tells, and keeps the last epoch's metric beside later figures."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self._metric = ""
        self._last: ProgressShown | None = None

    def __call__(self, event: Event) -> None:
        match event:
            case Progress():
                self._at(event, event.loss, event.done)
            case EpochEnd():
                for name in ("val_accuracy", "val_r2"):
                    if name in event.row:
                        told = shown(name.removeprefix("val_"), event.row[name])
                        self._metric = f"  {name.replace('_', ' ')} {told}"
                self._at(event, event.row["loss"], event.samples)
            case TrainingEnd() if self._last is not None:
                stopped = event.history.stopped
                ended = "stopped early" if stopped == "early" else stopped
                self._draw(replace(self._last, ended=ended))

    def _at(self, event: Progress | EpochEnd, loss: float, done: int) -> None:
        self._last = ProgressShown(
            done=(event.epoch - 1) * event.samples + done,
            total=event.epochs * event.samples,
            epoch=event.epoch,
            epochs=event.epochs,
            figures=f"loss {loss:.4g}{self._metric}  {event.samples_per_second:,.0f} samples/s",
            speed=event.samples_per_second,
        )
        self._draw(self._last)
