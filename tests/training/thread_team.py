"""A team whose ranks are threads: what several ranks come to, without any MPI."""

import pickle
import threading
from collections.abc import Callable
from typing import Any

import numpy as np

from glassnet.training.team import added_in_order


class _Meeting:
    """Where all ranks leave a value, and take everybody's."""

    def __init__(self, size: int) -> None:
        self.barrier = threading.Barrier(size, timeout=30)
        self.values: list[Any] = [None] * size

    def exchange(self, rank: int, value: Any) -> list[Any]:
        self.values[rank] = value
        self.barrier.wait()
        every = list(self.values)
        self.barrier.wait()  # nobody leaves the next value before all have these
        return every


class ThreadTeam:
    def __init__(self, meeting: _Meeting, rank: int, size: int) -> None:
        self.meeting, self.rank, self.size = meeting, rank, size
        self.asked_to_stop, self.threads = False, 1
        self.sums = 0

    def add(self, vector: Any) -> None:
        self.sums += 1
        vector[:] = sum(self.meeting.exchange(self.rank, vector.copy()))

    def add_in_order(self, vectors: Any) -> Any:
        self.sums += 1
        return added_in_order(np.concatenate(self.meeting.exchange(self.rank, vectors.copy())))

    def broadcast(self, value: Any) -> Any:
        return self.meeting.exchange(self.rank, value)[0]

    def gather(self, value: Any) -> list[Any]:
        # as between processes, nobody has the others' own objects
        return [
            pickle.loads(each) for each in self.meeting.exchange(self.rank, pickle.dumps(value))
        ]

    def meet(self) -> None:
        self.gather(None)


def by_ranks(size: int, work: Callable[[ThreadTeam], Any]) -> list[Any]:
    """What each of so many ranks comes to; the first error of any is raised."""
    meeting = _Meeting(size)
    results: list[Any] = [None] * size
    errors: list[BaseException] = []

    def one(rank: int) -> None:
        try:
            results[rank] = work(ThreadTeam(meeting, rank, size))
        except BaseException as error:
            errors.append(error)
            meeting.barrier.abort()

    threads = [threading.Thread(target=one, args=(rank,)) for rank in range(size)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    real = [e for e in errors if not isinstance(e, threading.BrokenBarrierError)]
    if errors:
        raise (real or errors)[0]
    return results
