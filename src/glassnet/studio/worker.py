"""The process in which one page's network lives: wishes come in, records and frames go out.

On both pipes a message is its length (4 bytes, little-endian), T for text or F for a frame, and
its bytes; an empty text going in says that the frames were handed on. The process ends when its
input does.
"""

import contextlib
import json
import os
import queue
import struct
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from typing import IO, Any

from glassnet.core.errors import InputError
from glassnet.studio.desk import Desk
from glassnet.studio.given import Given
from glassnet.studio.messages import lane_of

MEMORY = 2 << 30  # bytes that one page's network may take
LONGEST = 256 << 20
HEAD = struct.Struct("<Ic")


def write(pipe: IO[bytes], message: str | bytes) -> None:
    kind = b"T" if isinstance(message, str) else b"F"
    content = message.encode() if isinstance(message, str) else message
    pipe.write(HEAD.pack(len(content), kind) + content)
    pipe.flush()


def read(pipe: IO[bytes]) -> str | bytes | None:
    """The next message, or None at the end."""
    head = pipe.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    length, kind = HEAD.unpack(head)
    if length > LONGEST:
        return None
    content = pipe.read(length)
    if len(content) < length:
        return None
    return content.decode() if kind == b"T" else content


class Outlet:
    """What goes out of the process, written by a thread of its own: training waits for nobody.

    Of answers each is written, in their order; of a lane's frames that are not yet written only
    the newest is kept.
    """

    def __init__(self, pipe: IO[bytes]) -> None:
        self.pipe = pipe
        self._texts: deque[str] = deque()
        self._frames: dict[bytes, bytes] = {}
        self._on_the_way = False  # whether frames were written that nobody has handed on yet
        self._news = threading.Condition()
        threading.Thread(target=self._write, daemon=True).start()

    def send(self, message: str | bytes) -> None:
        with self._news:
            if isinstance(message, bytes):
                self._frames[lane_of(message)] = message
            else:
                self._texts.append(message)
            self._news.notify()

    def taken(self) -> None:
        """Those that were written have been handed on."""
        self._on_the_way = False

    def is_free(self) -> bool:
        """Whether the frames before have been taken: until then another would be for nobody."""
        return not (self._frames or self._on_the_way)

    def _write(self) -> None:
        with contextlib.suppress(OSError, ValueError):  # nobody is there any more
            while True:
                with self._news:
                    while not (self._texts or self._frames):
                        self._news.wait()
                    if self._texts:
                        message: str | bytes = self._texts.popleft()
                    else:
                        message = self._frames.pop(next(iter(self._frames)))
                        self._on_the_way = True
                write(self.pipe, message)


class Worker:
    """The process of one page, seen from the door.

    Args: given, what it opens with; receive, told each of its messages, in a thread of its own;
        ended, told once that it is gone.
    """

    def __init__(
        self,
        given: Given,
        receive: Callable[[str | bytes], None],
        ended: Callable[[], None] = lambda: None,
    ) -> None:
        environment = os.environ | dict.fromkeys(THREADS, "1")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "glassnet.studio.worker", json.dumps(asdict(given))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, args=(receive, ended), daemon=True)
        self._reader.start()

    def send(self, text: str) -> None:
        """A wish. Raises: InputError where the process is gone."""
        assert self.process.stdin is not None
        try:
            with self._lock:
                write(self.process.stdin, text)
        except (OSError, ValueError):
            raise InputError("this page's network is gone: load the page again.") from None

    def taken(self) -> None:
        """Says that the frames so far were handed on, so that there may be another."""
        with contextlib.suppress(InputError):
            self.send("")

    def _read(self, receive: Callable[[str | bytes], None], ended: Callable[[], None]) -> None:
        assert self.process.stdout is not None
        while (message := read(self.process.stdout)) is not None:
            receive(message)
        ended()

    def close(self) -> None:
        """Ends it; it holds nothing that would be lost."""
        with contextlib.suppress(OSError):
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()


THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def _limited() -> None:
    """The memory that this process may take, where the system holds it to that."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def main() -> None:
    """What runs in the process: wishes in turn, and between them what is running."""
    _limited()
    given = Given(**json.loads(sys.argv[1]))
    out, sys.stdout = sys.stdout.buffer, sys.stderr
    wishes: queue.SimpleQueue[Any] = queue.SimpleQueue()

    outlet = Outlet(out)

    def listen() -> None:
        while True:
            message = read(sys.stdin.buffer)
            if message == "":
                outlet.taken()
                continue
            wishes.put(message)
            if message is None:
                return

    threading.Thread(target=listen, daemon=True).start()
    desk = Desk(given, outlet.send, outlet.is_free)
    wait: float | None = None
    while True:
        try:
            message = wishes.get(timeout=wait) if wait != 0.0 else wishes.get_nowait()
        except queue.Empty:
            message = ""
        if message is None:
            return
        if message:
            desk.take(message)
        wait = desk.tick() if desk.running else None


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main()
