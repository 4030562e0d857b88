"""A clock that stands still while others have the processor.

On a machine that many share, a program that computes for three seconds may take twenty to do so.
What counts is the time that it could have run: Linux tells how long a process was ready and had
to wait; elsewhere it is the time on the wall.

Source: Linux, Documentation/scheduler/sched-stats, /proc/PID/schedstat.
"""

from __future__ import annotations

import math
import os
import time

MOST = 2.0  # times the seconds that are given, which all may take on the wall


def now() -> float:
    """This process's seconds, without those in which it waited for a processor."""
    return time.monotonic() - waited("self")


def waited(pid: int | str) -> float:
    """How many seconds a process was ready to run and others ran; 0 where nobody tells."""
    try:
        file = os.open(f"/proc/{pid}/schedstat", os.O_RDONLY)  # open may be the learner's
    except OSError:
        return 0.0
    try:
        return int(os.read(file, 100).split()[1]) * 1e-9
    except (OSError, ValueError, IndexError):
        return 0.0
    finally:
        os.close(file)


class Deadline:
    """The end of what this process does, and another for it: it moves on while they wait.

    seconds: from now on. wall: by time.monotonic(), beyond which it does not move; by itself MOST
    times the seconds.
    """

    def __init__(self, seconds: float, wall: float = math.inf) -> None:
        self._end = now() + seconds
        self.wall = min(wall, time.monotonic() + MOST * seconds)
        self.made_up = 0.0

    @property
    def left(self) -> float:
        return min(self._end + self.made_up - now(), self.wall - time.monotonic())

    def look(self, pid: int) -> None:
        """Sees how long the processes below one were kept waiting: what waited longest counts."""
        from glassnet.tutor.process.descendants import descendants

        longest = max((waited(each) for each, _ in descendants(pid)), default=0.0)
        self.made_up = max(self.made_up, longest)
