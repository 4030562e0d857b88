"""What the studio's page costs: frames, a drag, the first paint, its size, the training's rate.

python benchmarks/studio.py            medians of several, with the machine's load
python benchmarks/studio.py --minutes 10    and the memory of a training with a page open

Measured in Chromium, on the page as it is: a frame is one of the regions, 100 by 100, drawn
while 2-8-8-3 trains as fast as it goes; a drag is from the question to the page drawn again.
"""

import argparse
import base64
import json
import os
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from glassnet.studio.given import Given
from glassnet.studio.messages import Wish
from glassnet.studio.opening import PAGE
from glassnet.studio.scenes.play.playground import PlayScene
from glassnet.studio.server import FILES

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]  # fmt: skip
SETTINGS = {"set": "three spirals", "layers": [{"n": 8, "activation": "tanh"}] * 2}
SECONDS = 5.0
PATIENCE = 300_000
# counts the frames of the regions that are drawn
COUNT = """() => { window.drawn = 0; const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (image, ...rest) {
        if (image.width === 100) window.drawn++;
        return put.call(this, image, ...rest); }; }"""


def shared() -> str:
    """The end of an address that opens the playground with the settings."""
    told = json.dumps({"scene": "play", "open": {"settings": SETTINGS}})
    return "s=" + base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


@contextmanager
def studio() -> Iterator[tuple[str, int]]:
    """`glassnet play`: its address and its process."""
    command = [sys.executable, "-m", "glassnet", "play", "--no-browser"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip(), process.pid
    finally:
        process.terminate()
        process.wait()


def opened(browser: Any, address: str, scene: str) -> Any:
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(address)
    page.wait_for_selector(".tabs button:enabled")
    page.locator(".tabs button", has_text=scene).click()
    return page


def first_paint(browser: Any, address: str) -> float:
    """Seconds from the navigation until something stands on the page."""
    page = browser.new_page()
    page.goto(address)
    page.wait_for_selector(".picture svg")
    paint = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
    page.wait_for_function(f"({paint}) > 0")
    found = page.evaluate(paint)
    page.close()
    return found / 1000


def drags(page: Any) -> float:
    """Milliseconds from a drag to the page drawn again: the median of sixty."""
    page.wait_for_selector(".picture svg")
    number = page.locator('.picture .num[data-a="W2[0,0]"] .hit').last
    box = number.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for k in range(60):
        page.mouse.move(x - 5 - k, y)
        page.wait_for_function(
            "n => performance.getEntriesByName('drag', 'measure').length > n", arg=k
        )
    page.mouse.up()
    spans = "performance.getEntriesByName('drag', 'measure').map((m) => m.duration)"
    return statistics.median(page.evaluate(spans))


@dataclass(frozen=True)
class Shared:
    """A stretch of training with the page open.

    Args: frames, of the regions, and updates, a second; work, updates a second of the processor
        time that the training had; server, browser, cores that these took meanwhile.
    """

    frames: float
    updates: float
    work: float
    server: float
    browser: float


def frames(page: Any, pid: int) -> Shared:
    """What is drawn and learned while it trains as fast as it goes."""
    page.wait_for_selector(".plane")
    page.click("#run")
    page.wait_for_selector("#figure-rate")
    page.evaluate(f"({COUNT})()")
    step = "Number(document.querySelector('#figure-step').textContent.replaceAll(',', ''))"
    before, began = page.evaluate(f"[{step}, performance.now()]")
    (training,) = children(pid)
    studio, everybody, own = worked(pid), worked(os.getpid()), worked(training)
    page.wait_for_timeout(1000 * SECONDS)
    own = worked(training) - own
    studio = worked(pid) - studio
    others = worked(os.getpid()) - everybody - studio
    drawn, after, ended = page.evaluate(f"[window.drawn, {step}, performance.now()]")
    page.click("#run")
    seconds = (ended - began) / 1000
    made = after - before
    return Shared(drawn / seconds, made / seconds, made / own, (studio - own) / seconds,
                  others / seconds)  # fmt: skip


def rates_without() -> tuple[float, float]:
    """Updates a second of the same training with nobody looking, and a second of processor time:
    no frame is drawn or sent.
    """
    scene = PlayScene(lambda frame: None, Given())
    scene.open(Wish(1, "play.open", {"settings": SETTINGS}))
    player = scene.lanes[0]
    player.go(200)
    began, at_work, before = time.perf_counter(), time.thread_time(), player.step
    while time.perf_counter() - began < SECONDS:
        player.go(100)
    made = player.step - before
    return made / (time.perf_counter() - began), made / (time.thread_time() - at_work)


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")  # a child is its thread's
    return [int(child) for each in tasks for child in each.read_text().split()]


def memory(pid: int) -> float:
    """Megabytes that a process and its children hold."""
    own = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(own[1]) / 1024 + sum(map(memory, children(pid))) if own else 0.0


def worked(pid: int) -> float:
    """Seconds of processor time that a process and its children have taken."""
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(worked, children(pid)))


def several(times: int, measure: Callable[[], float]) -> str:
    found = sorted(measure() for _ in range(times))
    return f"{statistics.median(found):.4g}  ({found[0]:.4g} to {found[-1]:.4g}, {times} times)"


def over_time(browser: Any, address: str, pid: int, minutes: float) -> None:
    page = opened(browser, f"{address}#{shared()}", "Playground")
    page.wait_for_selector(".plane")
    page.click("#run")
    heap = "performance.memory.usedJSHeapSize / 1048576"
    began = time.monotonic()
    while (passed := time.monotonic() - began) < 60 * minutes + 1:
        print(f"  {passed / 60:5.1f} min: the studio {memory(pid):6.1f} MB, "
              f"the page {page.evaluate(heap):6.1f} MB", flush=True)  # fmt: skip
        page.wait_for_timeout(min(60_000, 6_000 * minutes))


def tell(seen: list[Shared], alone: list[tuple[float, float]]) -> None:
    """Each pair of measurements followed one another: their shares are compared, pair by pair."""
    middle = statistics.median
    print(f"frames a second: {middle(s.frames for s in seen):.1f} of "
          f"{[round(s.frames, 1) for s in seen]}")  # fmt: skip
    shares = [s.updates / rate for s, (rate, _) in zip(seen, alone)]
    print(f"updates a second under the page: {middle(s.updates for s in seen):.0f}, "
          f"without: {middle(rate for rate, _ in alone):.0f}, share: {middle(shares):.2f} of "
          f"{[round(share, 2) for share in shares]}")  # fmt: skip
    shares = [s.work / work for s, (_, work) in zip(seen, alone)]
    print(f"of the training's own processor time, share that is left to updates: "
          f"{middle(shares):.2f} of {[round(share, 2) for share in shares]}")  # fmt: skip
    print(f"cores taken meanwhile: by the server {middle(s.server for s in seen):.2f}, "
          f"by the browser {middle(s.browser for s in seen):.2f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--times", type=int, default=3)
    told = parser.parse_args()
    served = (PAGE / name for name, _ in FILES.values())
    size = sum(path.stat().st_size for path in served)
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    print(f"the page's files: {size / 1000:.0f} kB before compression")
    with studio() as (address, pid), sync_playwright() as started:
        path = "/usr/bin/chromium"
        browser = started.chromium.launch(executable_path=path, args=FLAGS)
        print("first paint, s:", several(told.times, lambda: first_paint(browser, address)))
        worked = opened(browser, address, "Worked example")
        print("from a drag to the page drawn, ms:", f"{drags(worked):.1f} (median of 60)")
        worked.close()
        seen, alone = list[Shared](), list[tuple[float, float]]()
        for _ in range(told.times):
            page = opened(browser, f"{address}#{shared()}", "Playground")
            seen.append(frames(page, pid))
            page.close()
            alone.append(rates_without())
        tell(seen, alone)
        if told.minutes:
            over_time(browser, address, pid, told.minutes)
        browser.close()
    print(f"load after: {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
