"""The progress bars of notebooks: one output, drawn anew while a training runs and at its end."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from html import escape
from typing import Any

from glassnet.views.progress.standing import Draw, ProgressShown

EVERY = 0.2  # seconds between two drawings: a notebook keeps up with no more


def runs_in_jupyter() -> bool:
    """Whether a Jupyter kernel runs this: JupyterLab's, VS Code's, Colab's, nbclient's."""
    from IPython.core.getipython import get_ipython

    return hasattr(get_ipython(), "kernel")


def runs_in_marimo() -> bool:
    """Whether a cell of marimo runs this, as an editor or as an app."""
    from marimo import running_in_notebook

    return running_in_notebook()


@contextmanager
def in_jupyter() -> Iterator[Draw]:
    """HTML under a name of its own, which each drawing replaces: no widget is needed."""
    from IPython.display import display

    start, drawn = time.monotonic(), -EVERY
    waiting: ProgressShown | None = None
    handle: Any = None

    def draw(at: ProgressShown, now: float) -> None:
        nonlocal drawn, waiting, handle
        drawn, waiting = now, None
        told = {"text/html": bar_html(at, now - start), "text/plain": bar_text(at, now - start)}
        if handle is None:
            handle = display(told, raw=True, display_id=True)
        else:
            handle.update(told, raw=True)

    def soon(at: ProgressShown) -> None:
        nonlocal waiting
        waiting = at
        if (now := time.monotonic()) - drawn >= EVERY:
            draw(at, now)

    try:
        yield soon
    finally:
        if waiting is not None:  # the end comes between two drawings
            draw(waiting, time.monotonic())


@contextmanager
def in_marimo() -> Iterator[Draw]:
    """marimo's own bar, which spaces its drawings by itself and draws the end."""
    from marimo import status

    with ExitStack() as stack:
        bar: Any = None
        shown = 0

        def draw(at: ProgressShown) -> None:
            nonlocal bar, shown
            if bar is None:
                bar = stack.enter_context(status.progress_bar(total=at.total, show_rate=False))
            bar.update(at.done - shown, title=at.title, subtitle=at.figures)
            shown = at.done

        yield draw


def bar_html(at: ProgressShown, seconds: float) -> str:
    """A bar with its figures, which go to a line of their own where they do not fit beside it."""
    told = "".join(f"<span>{escape(part)}</span>" for part in _parts(at, seconds))
    return (
        '<div style="display: flex; flex-wrap: wrap; align-items: center; gap: 0 1em; '
        'line-height: 1.5; max-width: 100%">'
        f'<progress value="{at.done}" max="{at.total}" '
        f'style="flex: 1 1 10em; min-width: 5em; max-width: 24em"></progress>{told}</div>'
    )


def bar_text(at: ProgressShown, seconds: float) -> str:
    """The same where there is no HTML."""
    return "  ".join(_parts(at, seconds))


def _parts(at: ProgressShown, seconds: float) -> list[str]:
    times = _duration(seconds) if at.ended else f"{_duration(seconds)}, {_duration(at.left)} left"
    return [at.title, *at.figures.split("  "), times]


def _duration(seconds: float) -> str:
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
