"""What follows a training and takes its time: how far it is, and what an interrupt left out."""

from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field

Tick = Callable[[int, int], object]  # (done, of all)
Counting = Callable[[str], AbstractContextManager[Tick]]


def unseen(what: str) -> AbstractContextManager[Tick]:
    """Where nobody looks how far it is."""
    return nullcontext(lambda done, total: None)


@dataclass
class Work:
    """Pieces of work, each of which may be interrupted and then stays as it was before.

    Attributes:
        counting: from what is done to what is told how far it is.
        left_out: what was interrupted, in words.
    """

    counting: Counting = unseen
    left_out: list[str] = field(default_factory=list)

    @contextmanager
    def on(self, what: str, named: str) -> Generator[Tick]:
        """A piece of work: a KeyboardInterrupt within ends it alone, and what it was is kept.

        Args: what, on the bar; named, where it is said that it was left out.
        """
        try:
            with self.counting(what) as tick:
                yield tick
        except KeyboardInterrupt:
            self.left_out.append(named)

    @property
    def told(self) -> str:
        """What was left out, in a sentence; "" where nothing was."""
        if not self.left_out:
            return ""
        *first, last = self.left_out
        these = f"{', '.join(first)} and {last}" if first else last
        return f"Interrupted: {these} {'are' if first else 'is'} left out."
