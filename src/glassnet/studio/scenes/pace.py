"""How a training and the frames that show it share the time."""

import time
from collections.abc import Callable

FRAMES = 32.0  # a second, at most
SHARE = 0.14  # of the time, what frames may take from training
SLICE = 0.01  # seconds of training between two looks at what is wanted
MOST = 100_000  # updates at once, however fast they are
MEASURED = 0.5  # seconds over which the rate is measured


class Pace:
    """Slices of training, frames between them, and the rate that is reached.

    Args: is_free, whether the frame before has been taken.
    """

    def __init__(self, is_free: Callable[[], bool] = lambda: True) -> None:
        self.is_free = is_free
        self.running, self.rate = False, 0.0
        self._updates, self._count = 1, 0
        self._since = self._due = 0.0
        self._trained = self._showing = 0.0

    def start(self) -> None:
        self.running, self.rate = True, 0.0
        self._since, self._count = time.perf_counter(), 0

    def stop(self) -> None:
        self.running = False

    def work(self, go: Callable[[int], int]) -> None:
        """Trains for a slice of time.

        Args: go, which makes so many updates and tells how many they were: fewer where it ended.
        """
        began = now = time.perf_counter()
        while now - began < SLICE:
            made = go(self._updates)
            self._count += made
            took, now = time.perf_counter() - now, time.perf_counter()
            if made < self._updates:
                break
            wanted = self._updates * SLICE / (2 * took + 1e-9)
            self._updates = int(min(2 * self._updates, max(1.0, wanted), MOST))
        self._trained += now - began
        if now - self._since > MEASURED:
            self.rate, self._since, self._count = self._count / (now - self._since), now, 0
            self._trained, self._showing = self._trained / 2, self._showing / 2

    def may_show(self) -> bool:
        """Whether a frame is due, the one before was taken, and there is time left for it."""
        due = time.perf_counter() >= self._due and self.is_free()
        return due and self._showing <= SHARE * (self._trained + self._showing)

    def show(self, draw: Callable[[], None]) -> None:
        began = time.perf_counter()
        draw()
        # a frame that came late, by a slice, does not put off the next
        self._due = max(self._due + 1 / FRAMES, began)
        self._showing += time.perf_counter() - began
