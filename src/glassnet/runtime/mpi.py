"""Ranks that train together by MPI: the one file that knows of mpi4py, imported where ranks are.

`launched` tells by the environment, without MPI, how many ranks mpiexec or srun started; `join`
makes a team of them. All waiting goes through one loop that asks MPI whether it is over, and
between two answers gives its core to who has work: a signal is heard while waiting, a rank that
does not come is named after a time, and ranks that outnumber the cores do not starve each other.
"""

import os
import pickle
import socket
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
Array = NDArray[Any]

# what tells a process how many ranks there are, which it is, and which on its machine
LAUNCHERS = (
    ("OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_LOCAL_RANK"),  # Open MPI
    ("PMI_SIZE", "PMI_RANK", "MPI_LOCALRANKID"),  # MPICH, Intel MPI, srun --mpi=pmi2
    ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "SLURM_LOCALID"),  # srun
)
PATIENCE = "GLASSNET_RANKS_TIMEOUT"  # seconds that a rank may be late
PATIENT = 600.0
EAGER = 0.002  # seconds of waiting in which only the core is given away, and nothing slept
NAP = 0.0002
GRACE = 0.5  # seconds in which rank 0 may say what has befallen all
HANDED_ON = 0.25  # seconds in which mpiexec hands on what was said, before it ends all
WAITING = 7  # the tag of messages that say who waits


class RanksError(Exception):
    """Ranks that cannot work together, in a sentence."""


def launched() -> int:
    """How many ranks this process is one of, by its environment; 1 where nobody started more.

    >>> launched()
    1
    """
    return _place()[0]


def _place() -> tuple[int, int, int]:
    """How many ranks, which, and which on this machine."""
    for names in LAUNCHERS:
        size, rank, local = (os.environ.get(name, "") for name in names)
        if size.isdecimal() and int(size) > 1:
            rank = int(rank) if rank.isdecimal() else 0
            return int(size), rank, int(local) if local.isdecimal() else rank
    return 1, 0, 0


def speaks_alone() -> bool:
    """Whether what befalls every rank before they have joined is this one's to say."""
    return _place()[1] == 0


_team: "Ranks | None" = None


def joined() -> "Ranks | None":
    """The team that this process has joined, if any."""
    return _team


def join() -> "Ranks":
    """The team of all ranks that were started; the same at each call.

    Raises: RanksError in a sentence, on every rank that it concerns.
    """
    global _team
    if _team is not None:
        return _team
    os.environ.setdefault("MPIR_CVAR_SUPPRESS_ABORT_MESSAGE", "1")
    try:
        import mpi4py

        if "mpi4py.MPI" not in sys.modules:
            mpi4py.rc.thread_level = "funneled"  # one thread alone speaks to MPI
        from mpi4py import MPI
    except ImportError:
        raise RanksError(
            f"{launched()} ranks were started, and mpi4py is not there to join them: install "
            "glassnet[mpi]."
        ) from None
    except RuntimeError as error:
        raise RanksError(
            f"{launched()} ranks were started, and no MPI is found to join them "
            f"({str(error).splitlines()[0]}): install the machine's MPI, or the package mpich."
        ) from None
    if MPI.COMM_WORLD.size != launched() and launched() > 1:
        raise RanksError(
            f"{launched()} ranks were started, and MPI knows of {MPI.COMM_WORLD.size}: start them "
            f"with the mpiexec of the MPI that mpi4py finds, "
            f"{MPI.Get_library_version().splitlines()[0].strip()}; under Slurm with "
            "srun --mpi=pmi2 or --mpi=pmix, as it supports."
        )
    team = Ranks(MPI.COMM_WORLD.Dup())
    about = version("glassnet"), np.__version__, _digest(Path(__file__).parents[1])
    first, *others = team.gather(about)
    for rank, each in enumerate(others, start=1):
        if each != first:
            named = ("glassnet", "NumPy", "glassnet's files, with checksum")
            what, here, there = next(t for t in zip(named, first, each) if t[1] != t[2])
            raise RanksError(
                f"rank {rank} on {team.hosts[rank]} has {what} {there}, and rank 0 on "
                f"{team.hosts[0]} has {here}: install the same on every machine."
            )
    sys.excepthook = _ending(sys.excepthook)
    _team = team
    return team


def _digest(room: Path) -> str:
    """Of a program's files."""
    crc = 0
    for path in sorted(room.rglob("*.py")):
        crc = zlib.crc32(path.read_bytes(), zlib.crc32(str(path.relative_to(room)).encode(), crc))
    return f"{crc:08x}"


Hook = Callable[[type[BaseException], BaseException, TracebackType | None], Any]


def _ending(told: Hook) -> Hook:
    """What an uncaught exception comes to: it is told, and every rank ends."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        team = _team
        if team is None or team.size == 1:
            told(kind, error, trace)
            return
        if team.may_speak():
            told(kind, error, trace)
        team.end(130 if issubclass(kind, KeyboardInterrupt) else 1)

    return hook


class Ranks:
    """A team whose ranks are processes joined by MPI; see `training.team.Team`.

    Attributes:
        threads: how many of its machine's cores are this rank's.
        hosts: the machine of each rank.
    """

    def __init__(self, comm: Any) -> None:
        from mpi4py import MPI

        self._mpi, self._comm, self._side = MPI, comm, comm.Dup()
        self.rank, self.size, self.asked_to_stop = int(comm.rank), int(comm.size), False
        self.patience = _patience()
        self._count = 0  # of what all ranks did together
        self._said: list[Any] = []  # messages under way
        self.hosts = self.gather(socket.gethostname())
        self.threads: int | None = self._cores()

    def __repr__(self) -> str:
        return f"Ranks(rank {self.rank} of {self.size})"

    def _cores(self) -> int:
        own: set[int] = set(range(os.cpu_count() or 1))
        with suppress(AttributeError):
            own = set(os.sched_getaffinity(0))
        neighbours = self._comm.Split_type(self._mpi.COMM_TYPE_SHARED)
        every = neighbours.allgather(own)
        neighbours.Free()
        return max(1, min(len(own), len(set().union(*every)) // len(every)))

    # -- what all do together ------------------------------------------------------------

    def add(self, vector: Array) -> None:
        self._wait(self._comm.Iallreduce(self._mpi.IN_PLACE, vector))

    def add_in_order(self, vectors: Array) -> Array:
        """Each rank adds up a stretch of all vectors, and all take its sum.

        Of n numbers in S vectors on R ranks one sends S/R n numbers to the others, and n/R back.
        """
        k, n = vectors.shape
        counts = self.gather(k)
        ends = [rank * n // self.size for rank in range(self.size + 1)]
        widths = np.diff(ends)
        mine = int(widths[self.rank])
        kind = self._mpi.Datatype.fromcode(vectors.dtype.char)
        out = np.concatenate(
            [vectors[:, a:b].reshape(-1) for a, b in pairwise(ends)]
        )  # stretch by stretch
        into = np.empty(sum(counts) * mine, vectors.dtype)
        self._wait(
            self._comm.Ialltoallv(
                [out, (k * widths, None), kind], [into, (np.array(counts) * mine, None), kind]
            )
        )
        stretches = into.reshape(sum(counts), mine)
        total = np.empty(n, vectors.dtype)
        part = stretches[0].copy()
        for vector in stretches[1:]:
            part += vector
        self._wait(self._comm.Iallgatherv([part, mine, kind], [total, (widths, None), kind]))
        return total

    def broadcast(self, value: T) -> T:
        """Rank 0's value; for it the others wait as long as it takes."""
        data = pickle.dumps(value) if self.rank == 0 else b""
        length = np.array([len(data)])
        self._wait(self._comm.Ibcast(length), patient=True)
        into = np.frombuffer(data, np.uint8) if self.rank == 0 else np.empty(length[0], np.uint8)
        self._wait(self._comm.Ibcast([into.copy() if self.rank == 0 else into, self._mpi.BYTE]))
        return value if self.rank == 0 else pickle.loads(into.tobytes())

    def gather(self, value: T) -> list[T]:
        data = np.frombuffer(pickle.dumps(value), np.uint8)
        lengths = np.empty(self.size, np.int64)
        self._wait(self._comm.Iallgather(np.array([len(data)]), lengths))
        into = np.empty(int(lengths.sum()), np.uint8)
        byte = self._mpi.BYTE
        self._wait(self._comm.Iallgatherv([data.copy(), byte], [into, (lengths, None), byte]))
        ends = np.cumsum(lengths)[:-1]
        return [pickle.loads(part.tobytes()) for part in np.split(into, ends)]

    def meet(self) -> None:
        """Waits, however long, until all ranks are here."""
        self._wait(self._comm.Ibarrier(), patient=True)

    # -- waiting -------------------------------------------------------------------------

    def _wait(self, request: Any, patient: bool = False) -> None:
        self._count += 1
        if request.Test():
            return
        since = time.perf_counter()
        told = False
        while not request.Test():
            waited = time.perf_counter() - since
            if waited < EAGER:
                os.sched_yield() if hasattr(os, "sched_yield") else time.sleep(0)
                continue
            time.sleep(NAP if waited < 1 else 10 * NAP)
            if patient:
                continue
            if waited > self.patience / 2 and not told:
                told = True
                self._say_waiting()
            if waited > self.patience:
                raise RanksError(self._late())

    def _say_waiting(self) -> None:
        """Tells the others that this rank waits, and since which meeting."""
        message = np.array([self._count])
        others = (rank for rank in range(self.size) if rank != self.rank)
        self._said += [self._side.Isend(message, rank, WAITING) for rank in others]

    def _late(self) -> str:
        """Which ranks have not come, by who says that it waits too."""
        late = set(range(self.size)) - {self.rank}
        message = np.empty(1, np.int64)
        until = time.perf_counter() + 1.0
        while time.perf_counter() < until:
            status = self._mpi.Status()
            if not self._side.Iprobe(self._mpi.ANY_SOURCE, WAITING, status):
                time.sleep(NAP)
                continue
            self._side.Recv(message, status.source, WAITING)
            if message[0] >= self._count:
                late.discard(status.source)
        named = ", ".join(f"rank {rank} on {self.hosts[rank]}" for rank in sorted(late)[:4])
        more = f" and {len(late) - 4} more" if len(late) > 4 else ""
        return (
            f"{named or 'a message'}{more} did not come for {self.patience:g} seconds, and the "
            f"others wait: see what holds it up, and go on from the checkpoint; {PATIENCE} sets "
            "the time."
        )

    # -- ending --------------------------------------------------------------------------

    def may_speak(self) -> bool:
        """Whether to say why this rank fails: rank 0 at once, and another if rank 0 does not.

        What befalls all is said once so: rank 0 says it and ends the others while they wait.
        """
        if self.rank:
            time.sleep(GRACE + min(0.02 * self.rank, 2.0))
        return True

    def end(self, status: int) -> None:
        """Ends every rank, at once."""
        for stream in (sys.stdout, sys.stderr):
            with suppress(Exception):
                stream.flush()
        time.sleep(HANDED_ON)
        with suppress(OSError):  # what MPI itself would say of it
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        self._mpi.COMM_WORLD.Abort(status)


def _patience() -> float:
    said = os.environ.get(PATIENCE, "")
    with suppress(ValueError):
        return max(float(said), 0.1)
    if said:
        raise RanksError(f"{PATIENCE} is {said!r}: give a number of seconds, as {PATIENT:g}.")
    return PATIENT
