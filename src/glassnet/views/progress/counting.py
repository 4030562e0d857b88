"""A bar over work that is counted, once it takes a while; where nobody looks, nothing."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

AFTER = 0.5  # seconds before a bar is shown

Tick = Callable[[int, int], None]  # (done, of all)


@contextmanager
def counting(what: str) -> Iterator[Tick]:
    """What to call with how much is done of all; in a terminal it draws a bar on stderr."""
    if sys.stderr is None or not sys.stderr.isatty():
        yield lambda done, total: None
        return
    began = time.monotonic()
    with ExitStack() as stack:
        shown: list[Tick] = []

        def tick(done: int, total: int) -> None:
            if not shown and time.monotonic() - began > AFTER:
                shown.append(stack.enter_context(_bar(what)))
            for draw in shown:
                draw(done, total)

        yield tick


@contextmanager
def _bar(what: str) -> Iterator[Tick]:
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        yield lambda done, total: bar.update(task, completed=done, total=total)
