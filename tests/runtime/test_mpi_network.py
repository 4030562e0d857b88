"""Ranks on two sides of a network interface: namespaces that nothing but a cable joins.

Ranks of one machine share its memory, and prove nothing about a network. Here mpiexec starts each
in a namespace of its own by `ip netns exec` in place of ssh, told that no two share a machine; what
they send is counted by the interface. Where the machine allows no namespaces, each test says so.
"""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from runtime.ranks import MPIEXEC, RANKS, run

pytestmark = RANKS
PROGRAM = Path(__file__).parent / "programs" / "ranks_program.py"
HERE, THERE, CABLE = "10.77.0.1", "10.77.0.2", "gncable"
LAUNCHER = """#!/bin/sh
while [ "${1#-}" != "$1" ]; do shift; done
host=$1; shift
case $host in %s) room=%s;; *) room=%s;; esac
exec ip netns exec $room sh -c "$*"
"""
PARAMETERS = 6 * 16 + 16 + 16 * 8 + 8 + 8 * 2 + 2  # of the program's network, in float64


def ip(*words: str) -> str:
    """What `ip` says; where it cannot do that, the test is over and says why."""
    try:
        done = subprocess.run(["ip", *words], capture_output=True, text=True, timeout=20)
    except OSError as error:
        pytest.xfail(f"this machine has no ip: {error}")
    if done.returncode:
        pytest.xfail(f"this machine allows no namespaces: {done.stderr.strip()}")
    return done.stdout


@dataclass
class Rooms:
    """Two namespaces, and the cable between them."""

    here: str
    there: str
    launcher: Path

    def sent(self) -> int:
        """Bytes that have gone out of the first one's end of the cable."""
        of = f"/sys/class/net/{CABLE}/statistics/tx_bytes"
        return int(ip("netns", "exec", self.here, "cat", of))

    def shaped(self, *how: str) -> bool:
        """Whether the cable is now so slow or bad at both ends; not every kernel can do all."""
        for room in (self.here, self.there):
            command = ["tc", "-n", room, "qdisc", "replace", "dev", CABLE, "root", *how]
            if subprocess.run(command, capture_output=True, timeout=20).returncode:
                return False
        return True

    def trained(self, out: Path, **settings: Any) -> tuple[np.ndarray, int, float]:
        """What two ranks come to, one in each room; the steps that they made, and the seconds."""
        start = [str(MPIEXEC), "-launcher", "ssh", "-launcher-exec", str(self.launcher)]
        start += ["-localhost", HERE, "-hosts", f"{HERE},{THERE}", "-n", "2"]
        env = {
            "MPIR_CVAR_NOLOCAL": "1", "MPIR_CVAR_CH4_NETMOD": "ofi", "FI_PROVIDER": "tcp",
            "OMP_NUM_THREADS": "1",
        }  # fmt: skip
        began = time.perf_counter()
        done = subprocess.run(
            ["ip", "netns", "exec", self.here, *start, sys.executable, str(PROGRAM), str(out),
             json.dumps(settings)],
            capture_output=True, text=True, timeout=100, env={**os.environ, **env},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        (told,) = re.findall(r"\{.*\}", done.stdout)
        return np.load(out), json.loads(told)["steps"], time.perf_counter() - began


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rooms]:
    here, there = (f"gn{os.getpid()}{side}" for side in "ab")
    launcher = tmp_path_factory.mktemp("launcher") / "into-room"
    launcher.write_text(LAUNCHER % (HERE, here, there))
    launcher.chmod(0o755)
    made: list[str] = []
    try:
        for room in (here, there):
            ip("netns", "add", room)
            made.append(room)
            # an address that is still tried out cannot be listened on
            quiet = ["sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1"]
            subprocess.run(["ip", "netns", "exec", room, *quiet], capture_output=True, timeout=20)
        ends = ["type", "veth", "peer", "name", CABLE, "netns", there]
        ip("link", "add", CABLE, "netns", here, *ends)
        for room, address in ((here, HERE), (there, THERE)):
            ip("-n", room, "addr", "add", f"{address}/24", "dev", CABLE)
            for device in ("lo", CABLE):
                ip("-n", room, "link", "set", device, "up")
        yield Rooms(here, there, launcher)
    finally:
        for room in made:
            subprocess.run(["ip", "netns", "del", room], capture_output=True, timeout=20)


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> np.ndarray:
    """What one process comes to."""
    out = tmp_path_factory.mktemp("alone") / "1.npy"
    done = run(1, PROGRAM, out, json.dumps({"epochs": 12}))
    assert done.returncode == 0, done.stderr
    return np.load(out)


def assert_same(theta: np.ndarray, alone: np.ndarray) -> None:
    assert np.linalg.norm(theta - alone) <= 1e-10 * np.linalg.norm(alone)


def test_what_ranks_add_up_goes_over_the_cable(
    rooms: Rooms, alone: np.ndarray, tmp_path: Path
) -> None:
    before = rooms.sent()
    theta, steps, _ = rooms.trained(tmp_path / "x.npy", epochs=12)
    assert_same(theta, alone)
    assert rooms.sent() - before > steps * 8 * PARAMETERS  # each rank's vector, once a step


def test_a_slow_cable_costs_time_alone(rooms: Rooms, alone: np.ndarray, tmp_path: Path) -> None:
    rate = 400_000  # bits a second
    if not rooms.shaped("tbf", "rate", f"{rate}bit", "burst", "4kb", "latency", "2s"):
        pytest.xfail("this kernel has no tbf, which limits a rate")
    before = rooms.sent()
    theta, _, seconds = rooms.trained(tmp_path / "x.npy", epochs=12)
    assert_same(theta, alone)
    assert seconds > 0.9 * 8 * (rooms.sent() - before - 8192) / rate > 2


def test_delay_and_loss_cost_time_alone(rooms: Rooms, alone: np.ndarray, tmp_path: Path) -> None:
    if not rooms.shaped("netem", "delay", "5ms", "loss", "1%"):
        pytest.xfail("this kernel has no netem, which delays and loses packets")
    theta, steps, seconds = rooms.trained(tmp_path / "x.npy", epochs=12)
    assert_same(theta, alone)
    assert seconds > steps * 0.005
