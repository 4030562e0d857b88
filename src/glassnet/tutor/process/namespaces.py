"""On Linux: namespaces of its own for a learner's process, made without a word to anybody.

In them it sees no other process and no network, and can write in its own folder alone. An
ordinary user may make them where the system allows user namespaces; root may anyway. Nothing
here asks for a program, or for Python's own os.unshare, which came with 3.12.

Source: unshare(2), pid_namespaces(7), user_namespaces(7), mount_setattr(2), capabilities(7),
seccomp(2).
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import struct
from pathlib import Path

_NEW_MOUNTS, _NEW_IPC, _NEW_USER = 0x00020000, 0x08000000, 0x10000000
_NEW_PIDS, _NEW_NETWORK = 0x20000000, 0x40000000
_NO_SUID, _NO_DEVICES, _NO_EXEC, _BIND, _MOVE, _RECURSIVE, _PRIVATE = (
    2, 4, 8, 4096, 8192, 16384, 1 << 18,
)  # fmt: skip
_MOUNT_SETATTR, _AT_CWD, _AT_RECURSIVE, _READ_ONLY = 442, -100, 0x8000, 1
_DROP_FROM_BOUND, _NO_NEW_PRIVILEGES, _READ_ALL = 24, 38, 2  # the last: CAP_DAC_READ_SEARCH
_SECCOMP, _FILTER, _AF_VSOCK = 22, 2, 40
_SOCKET_CALLS = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_HARMLESS = ("null", "zero", "full", "random", "urandom")


def enter(post: Path, room: int) -> bool:
    """Namespaces for this process and what it starts, with a folder in memory at post/"desk".

    To be called before any thread is started. Its children see the new processes' namespace.
    room: bytes that the folder may hold. Gives False where the system allows none.
    """
    user, group = os.geteuid(), os.getegid()
    kinds = _NEW_MOUNTS | _NEW_IPC | _NEW_PIDS | _NEW_NETWORK
    try:
        if user != 0 or not _succeeds(_libc().unshare, kinds):
            _call(_libc().unshare, kinds | _NEW_USER)
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
            Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    except (OSError, AttributeError):
        return False
    with contextlib.suppress(OSError):
        _mount(None, "/", None, _RECURSIVE | _PRIVATE)  # what is mounted here, nobody else sees
        limits = f"size={room},nr_inodes=20000,mode=700"
        _mount("tmpfs", post / "desk", "tmpfs", _NO_SUID | _NO_DEVICES, limits)
    return True


def close(post: Path) -> bool:
    """What the first process of the namespace does: the rest of the walls, none to be taken down.

    Everything becomes read-only but the desk; of the devices only those that do no harm stay;
    and no privilege is left but root's to read. Gives False where files can still be written.
    """
    with contextlib.suppress(OSError):
        _mount("proc", "/proc", "proc", _NO_SUID | _NO_DEVICES | _NO_EXEC)
    try:
        _few_devices(post / "dev")
        _set_read_only(Path("/"), recursive=True)
        for own in (post / "desk", Path("/dev")):
            _set_read_only(own, undo=True)
        closed = True
    except OSError:
        closed = False
    drop_privileges()
    return closed


def _few_devices(place: Path) -> None:
    _mount("tmpfs", place, "tmpfs", _NO_SUID, "size=64m,nr_inodes=2000,mode=755")
    for name in _HARMLESS:
        (place / name).touch()
        _mount(f"/dev/{name}", place / name, None, _BIND)
    (place / "shm").mkdir(mode=0o777)
    for name, target in (("fd", ""), ("stdin", "/0"), ("stdout", "/1"), ("stderr", "/2")):
        (place / name).symlink_to(f"/proc/self/fd{target}")
    _mount(place, "/dev", None, _MOVE)


class _Attributes(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint64) for name in ("set", "clear", "propagation", "user")]


def _set_read_only(path: Path, recursive: bool = False, undo: bool = False) -> None:
    asked = _Attributes(0, _READ_ONLY, 0, 0) if undo else _Attributes(_READ_ONLY, 0, 0, 0)
    flags = _AT_RECURSIVE if recursive else 0
    size = ctypes.c_size_t(ctypes.sizeof(asked))
    at, number = ctypes.c_int(_AT_CWD), ctypes.c_long(_MOUNT_SETATTR)
    name = os.fsencode(path)
    _call(_libc().syscall, number, at, name, ctypes.c_uint(flags), ctypes.byref(asked), size)


def drop_privileges() -> None:
    """No capability is left, nor can one be gained by running a program; root may still read."""
    options = [(_DROP_FROM_BOUND, number) for number in range(64) if number != _READ_ALL]
    for option, value in ((_NO_NEW_PRIVILEGES, 1), *options):
        with contextlib.suppress(OSError, AttributeError):  # what this kernel does not have
            prctl(option, value)
    kept = 1 << _READ_ALL if os.geteuid() == 0 else 0
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    with contextlib.suppress(OSError, AttributeError):
        _call(_libc().capset, header, (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0))


def no_host_sockets() -> bool:
    """No socket to the host of a virtual machine (AF_VSOCK), which no namespace takes away.

    By a filter of system calls that cannot be taken off; False where that is not known how.
    """
    audit, socket = _SOCKET_CALLS.get(os.uname().machine, (0, 0))
    load, equals, gives = 0x20, 0x15, 0x06
    # a step: what, how many steps further where so, and where not, and with which number
    steps = (
        (load, 0, 0, 4), (equals, 0, 5, audit), (load, 0, 0, 0), (equals, 0, 3, socket),
        (load, 0, 0, 16), (equals, 0, 1, _AF_VSOCK),
        (gives, 0, 0, 0x00050000 | errno.EAFNOSUPPORT), (gives, 0, 0, 0x7FFF0000),
    )  # fmt: skip
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    arguments = (ctypes.c_ulong(_FILTER), program, ctypes.c_ulong(0), ctypes.c_ulong(0))
    return bool(audit) and _succeeds(_libc().prctl, _SECCOMP, *arguments)


def prctl(option: int, value: int) -> None:
    """prctl(2). Raises: OSError."""
    _call(_libc().prctl, option, *(ctypes.c_ulong(v) for v in (value, 0, 0, 0)))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _mount(
    source: str | Path | None, place: str | Path, kind: str | None, flags: int, data: str = ""
) -> None:
    texts = [None if t is None else os.fsencode(t) for t in (source, place, kind)]
    _call(_libc().mount, *texts, ctypes.c_ulong(flags), data.encode() or None)


def _call(function: object, *arguments: object) -> None:
    if function(*arguments) == -1:  # type: ignore[operator]
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def _succeeds(function: object, *arguments: object) -> bool:
    try:
        _call(function, *arguments)
    except OSError:
        return False
    return True
