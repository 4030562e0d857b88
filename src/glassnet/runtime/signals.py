"""SIGTERM, SIGHUP and Ctrl-C wait for a moment that suits; a clock ends what takes too long."""

import contextlib
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any


def ends() -> list[signal.Signals]:
    """The signals that ask a process to end; SIGHUP, a closed terminal's, where the system has it.

    >>> signal.SIGTERM in ends()
    True
    """
    names = ("SIGINT", "SIGTERM", "SIGHUP")
    return [signal.Signals[name] for name in names if name in signal.Signals.__members__]


@contextmanager
def postponed(stop: Callable[[], Any]) -> Iterator[None]:
    """While inside, the first SIGINT, SIGTERM or SIGHUP calls stop, and does not interrupt.

    What was to handle it is called before, its KeyboardInterrupt held back; the second time it
    is not held back. A SIGTERM or SIGHUP that nobody handles ends the process at the block's end.
    Outside the main thread, which signals go to, nothing is changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in ends()}
    received: set[int] = set()

    def on_signal(number: int, frame: FrameType | None) -> None:
        again = bool(received)
        received.add(number)
        stop()
        handle = before[signal.Signals(number)]
        with contextlib.nullcontext() if again else contextlib.suppress(KeyboardInterrupt):
            if callable(handle):
                handle(number, frame)
            elif again:
                raise KeyboardInterrupt

    for number, handle in before.items():
        if handle not in (signal.SIG_IGN, None):  # None: set by other than Python
            signal.signal(number, on_signal)
    try:
        yield
    finally:
        for number, handle in before.items():
            if handle is not None:
                signal.signal(number, handle)
        for number in received:
            if before[signal.Signals(number)] is signal.SIG_DFL:
                signal.raise_signal(number)


class _TimeIsOver(BaseException):
    """Passes by whoever catches errors."""


@contextmanager
def ended_after(
    seconds: float, late: Exception, left: Callable[[], float] = lambda: 0.0
) -> Iterator[None]:
    """Raises late where the block takes longer.

    left: asked when the time is over, how many seconds more it has by now.

    By SIGALRM: where there is none, and outside the main thread, the block takes as long as it
    takes.
    """
    if (
        not hasattr(signal, "setitimer")
        or threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def on_alarm(number: int, frame: FrameType | None) -> None:
        if (more := left()) > 0:
            signal.setitimer(signal.ITIMER_REAL, more)
            return
        raise _TimeIsOver

    before = signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except _TimeIsOver:
        raise late from None
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
