"""What goes out of a page's process: training waits for nobody, of frames the newest is kept."""

import json
import os
import threading
import time
from typing import Any

import numpy as np
import pytest

from glassnet.studio.desk import Desk
from glassnet.studio.given import Given
from glassnet.studio.messages import frame, lane_of
from glassnet.studio.worker import Outlet, Worker, read

pytestmark = pytest.mark.timeout(300)
LARGE = np.zeros(200_000)  # more than a pipe holds


def made(step: int, lane: int = 0) -> bytes:
    return frame({"scene": "play", "lane": lane, "step": step}, {"x": LARGE})


def soon(holds: Any) -> None:
    over = time.monotonic() + 60
    while not holds() and time.monotonic() < over:
        time.sleep(0.005)
    assert holds()


def test_nobody_waits_for_a_reader_and_the_newest_frame_is_kept():
    out, into = os.pipe()
    reader, outlet = os.fdopen(out, "rb"), Outlet(os.fdopen(into, "wb"))
    outlet.send(made(0))
    soon(lambda: not outlet._frames)  # its thread is at it, and nobody reads
    for step in range(1, 50):
        outlet.send(made(step))
        outlet.send(made(step, lane=1))
    outlet.send("an answer")
    assert not outlet.is_free()
    told = [read(reader) for _ in range(4)]
    assert told == [made(0), "an answer", made(49), made(49, lane=1)]
    soon(lambda: not outlet._frames)
    assert not outlet.is_free()  # they are on their way still
    outlet.taken()
    assert outlet.is_free()
    reader.close()


def test_a_frame_s_place_is_its_scene_and_lane():
    assert lane_of(made(1)) == lane_of(made(2)) != lane_of(made(1, lane=1))
    other = frame({"scene": "digits", "lane": 0}, {})
    assert lane_of(other) != lane_of(made(1))


@pytest.mark.parametrize("scene", ["play", "digits"])
def test_no_frame_is_made_while_the_one_before_is_not_taken(scene: str):
    sent, free = list[Any](), threading.Event()
    desk = Desk(Given(), sent.append, free.is_set)
    desk.take(f'{{"id": 1, "do": "{scene}.open"}}')
    desk.take(f'{{"id": 2, "do": "{scene}.run"}}')
    sent.clear()
    shown = desk.scene(scene)
    step = (lambda: shown.lanes[0].step) if scene == "play" else (lambda: shown.step)
    before = step()
    for _ in range(20):
        desk.tick()
    assert not sent
    assert step() > before  # and it has learned meanwhile
    free.set()
    over = time.monotonic() + 60
    while not sent and time.monotonic() < over:
        desk.tick()
    assert isinstance(sent[0], bytes)


def steps(heard: list[str | bytes]) -> list[int]:
    """The updates after which each frame was made."""
    frames = [each for each in heard if isinstance(each, bytes)]
    return [json.loads(each[4 : 4 + int.from_bytes(each[:4], "little")])["step"] for each in frames]


@pytest.mark.outside
def test_a_process_of_which_nobody_reads_goes_on_learning():
    """Its pipe is full, and it waits for nobody: few frames were made, and much was learned."""
    opened, heard = threading.Event(), list[str | bytes]()

    def take(message: str | bytes) -> None:
        opened.wait()
        heard.append(message)

    worker = Worker(Given(), take)
    try:
        for number, do in enumerate(("play.open", "play.run")):
            worker.send(f'{{"id": {number}, "do": "{do}"}}')
        time.sleep(8.0)
        worker.send('{"id": 9, "do": "play.pause"}')
        time.sleep(1.0)
        opened.set()
        soon(lambda: sum(isinstance(each, str) for each in heard) == 3 and steps(heard)[-1] > 100)
    finally:
        worker.close()
    assert len(steps(heard)) < 6
