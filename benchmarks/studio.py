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
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from glassnet.studio.given import Given
from glassnet.studio.messages import Wish
from glassnet.studio.opening import PAGE
from glassnet.studio.scenes.play.playground import PlayScene

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


def frames(page: Any, pid: int) -> tuple[float, float, float]:
    """Frames of the regions a second, updates a second, and cores that all but the studio take."""
    page.wait_for_selector(".plane")
    page.click("#run")
    page.wait_for_selector("#figure-rate")
    page.evaluate(f"({COUNT})()")
    step = "Number(document.querySelector('#figure-step').textContent.replaceAll(',', ''))"
    before, began = page.evaluate(f"[{step}, performance.now()]")
    studio, everybody = worked(pid), worked(os.getpid())
    page.wait_for_timeout(1000 * SECONDS)
    others = worked(os.getpid()) - everybody - (worked(pid) - studio)
    drawn, after, ended = page.evaluate(f"[window.drawn, {step}, performance.now()]")
    page.click("#run")
    seconds = (ended - began) / 1000
    return drawn / seconds, (after - before) / seconds, others / seconds


def rate_without() -> float:
    """Updates a second of the same training with nobody looking: no frame is drawn or sent."""
    scene = PlayScene(lambda frame: None, Given())
    scene.open(Wish(1, "play.open", {"settings": SETTINGS}))
    player = scene.lanes[0]
    player.go(200)
    began, before = time.perf_counter(), player.step
    while time.perf_counter() - began < SECONDS:
        player.go(100)
    return (player.step - before) / (time.perf_counter() - began)


def memory(pid: int) -> float:
    """Megabytes that a process and its children hold."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")  # a child is its thread's
    children = [child for each in tasks for child in each.read_text().split()]
    own = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(own[1]) / 1024 + sum(memory(int(child)) for child in children) if own else 0.0


def worked(pid: int) -> float:
    """Seconds of processor time that a process and its children have taken."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    children = [int(child) for each in tasks for child in each.read_text().split()]
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, after_name[11:13])) / os.sysconf("SC_CLK_TCK")
    return own + sum(map(worked, children))


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0)
    parser.add_argument("--times", type=int, default=3)
    told = parser.parse_args()
    size = sum(f.stat().st_size for f in PAGE.iterdir() if f.suffix in (".js", ".css", ".html"))
    print(f"load before: {os.getloadavg()[0]:.2f} on {os.cpu_count()} cores")
    print(f"the page's files: {size / 1000:.0f} kB before compression")
    with studio() as (address, pid), sync_playwright() as started:
        path = "/usr/bin/chromium"
        browser = started.chromium.launch(executable_path=path, args=FLAGS)
        print("first paint, s:", several(told.times, lambda: first_paint(browser, address)))
        worked = opened(browser, address, "Worked example")
        print("from a drag to the page drawn, ms:", f"{drags(worked):.1f} (median of 60)")
        worked.close()
        seen, rates, alone, cores = list[float](), list[float](), list[float](), list[float]()
        for _ in range(told.times):
            page = opened(browser, f"{address}#{shared()}", "Playground")
            each, rate, browser_s = frames(page, pid)
            page.close()
            cores.append(browser_s)
            seen.append(each)
            rates.append(rate)
            alone.append(rate_without())
        print(f"frames a second: {statistics.median(seen):.1f} of {[round(s, 1) for s in seen]}")
        print(f"updates a second under the page: {statistics.median(rates):.0f}, "
              f"without: {statistics.median(alone):.0f}, "
              f"share: {statistics.median(rates) / statistics.median(alone):.2f}")  # fmt: skip
        print(f"cores that the browser takes meanwhile: {statistics.median(cores):.2f}")
        if told.minutes:
            over_time(browser, address, pid, told.minutes)
        browser.close()
    print(f"load after: {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
