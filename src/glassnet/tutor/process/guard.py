"""On Linux: the process between ours and the learner's, which counts what that starts and ends it.

    glassnet ── guard ── first process of the namespace ── the learner's
    glassnet ── guard ── the learner's                     (where there are no namespaces)

In a namespace the end of its first process is the end of all in it: the kernel sees to that.
Elsewhere the guard adopts what is orphaned (PR_SET_CHILD_SUBREAPER), so that nothing leaves its
tree by forking twice or by setsid, and ends the tree process by process.

Source: prctl(2), pid_namespaces(7).
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Callable

from glassnet.tutor.process.descendants import buried, descendants, end_all
from glassnet.tutor.process.namespaces import prctl

PAUSE = 0.02  # seconds between two countings
_DEATH_SIGNAL, _DUMPABLE, _SUBREAPER = 1, 4, 36


def stand_guard(verdict: int, parent: int, most: int, close: Callable[[], None] | None) -> None:
    """Forks: returns in the child, where the learner's file is to run; this process stays guard.

    Args:
        verdict: the pipe to which the guards write how it ended: "exit 3", "signal 9" or
            "processes"; the learner's process does not have it.
        parent: who started this process; where it has ended already, so does this.
        most: processes and threads that there may be.
        close: what the first process of a namespace is to do; None where there is none.
    """
    waited = {signal.SIGCHLD, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, waited)
    for option, value in ((_DUMPABLE, 0), (_SUBREAPER, 1), (_DEATH_SIGNAL, signal.SIGTERM)):
        _try(option, value)
    if os.getppid() != parent:
        os._exit(0)
    guard, child = os.getpid(), os.fork()
    if child == 0:
        _try(_DEATH_SIGNAL, signal.SIGKILL)
        if close is not None:
            close()
            _be_the_first(verdict)
        os.setsid()  # a signal to its own group does not reach the guards
        _try(_DEATH_SIGNAL, signal.SIGKILL)
        if close is None and os.getppid() != guard:
            os._exit(0)
        _try(_DUMPABLE, 1)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, waited)
        os.close(verdict)
        return
    os.closerange(0, 3)  # the learner's output ends when the learner's processes do
    _guard(child, verdict, most, apart=close is not None)
    os._exit(0)


def _be_the_first(verdict: int) -> None:
    """Forks once more, and buries what is orphaned until the learner's process has ended.

    No signal from within reaches the first process of a namespace, SIGKILL neither.
    """
    learner = os.fork()
    if learner == 0:
        return
    os.closerange(0, 3)
    while True:
        ended, status = os.wait()
        if ended == learner:
            _tell(verdict, status)
            os._exit(0)


def _guard(child: int, verdict: int, most: int, apart: bool) -> None:
    while True:
        received = signal.sigtimedwait({signal.SIGCHLD, signal.SIGTERM}, PAUSE)
        if received is not None and received.si_signo == signal.SIGTERM:
            break
        if (status := buried().get(child)) is not None:
            if not apart:
                _tell(verdict, status)
            break
        if sum(count for _, count in descendants()) > most + apart:
            _say(verdict, "processes")
            break
    if apart:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(child, 0)
    else:
        end_all(lambda: [pid for pid, _ in descendants()], buried)


def _tell(verdict: int, status: int) -> None:
    code = os.waitstatus_to_exitcode(status)
    said = f"signal {-code}" if code < 0 else f"exit {code}"
    _say(verdict, said)


def _say(verdict: int, said: str) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more
        os.write(verdict, f"{said}\n".encode())


def _try(option: int, value: int) -> None:
    with contextlib.suppress(OSError, AttributeError):
        prctl(option, value)
