"""Firefox for a test: driven by WebDriver BiDi, which it speaks itself, over a WebSocket."""

import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import connect

PATIENCE = 600.0  # seconds: only for what hangs
SETTINGS = {
    "app.update.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.page": 0,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "remote.active-protocols": 1,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}


class Firefox:
    """One window. `told` is what went to its console as a warning or an error, or was thrown."""

    def __init__(self, socket: Any) -> None:
        self.socket, self.number = socket, 0
        self.told: list[str] = []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded"])
        found = self.ask("browsingContext.getTree", maxDepth=0)["contexts"]
        self.context = found[0]["context"]

    def ask(self, method: str, **params: Any) -> Any:
        """What a command of BiDi gives."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(timeout=PATIENCE))
            if answer.get("method") == "log.entryAdded":
                entry = answer["params"]
                if entry["level"] in ("warn", "error"):
                    self.told.append(str(entry["text"]))
            elif answer.get("id") == self.number:
                assert answer["type"] == "success", answer
                return answer["result"]

    def go(self, address: str) -> None:
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def value(self, expression: str) -> Any:
        """What an expression of the page's is: a text, a number, or yes and no."""
        done = self.ask(
            "script.evaluate",
            expression=expression,
            target={"context": self.context},
            awaitPromise=True,
        )
        assert done["type"] == "success", done["exceptionDetails"]["text"]
        return done["result"].get("value")

    def until(self, expression: str) -> None:
        end = time.monotonic() + PATIENCE
        while not self.value(expression):
            assert time.monotonic() < end, expression
            time.sleep(0.1)

    def act(self, kind: str, *actions: dict[str, Any]) -> None:
        more = {"parameters": {"pointerType": "mouse"}} if kind == "pointer" else {}
        source = {"type": kind, "id": kind, "actions": list(actions), **more}
        self.ask("input.performActions", context=self.context, actions=[source])

    def place(self, selector: str) -> tuple[int, int]:
        """The middle of an element, in the window."""
        self.value(f"document.querySelector('{selector}').scrollIntoView({{block: 'center'}})")
        box = f"document.querySelector('{selector}').getBoundingClientRect()"
        middle = self.value(f"(r => [r.x + r.width / 2, r.y + r.height / 2].join())({box})")
        x, y = (round(float(each)) for each in middle.split(","))
        return x, y

    def click(self, selector: str) -> None:
        self.drag(selector, 0)

    def drag(self, selector: str, by: int) -> None:
        """Presses an element's middle and moves so many pixels to the right."""
        x, y = self.place(selector)
        moves = [{"type": "pointerMove", "x": x + by * k // 8, "y": y} for k in range(1, 9)]
        self.act(
            "pointer",
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            *(moves if by else []),
            {"type": "pointerUp", "button": 0},
        )


@contextmanager
def firefox(home: Path) -> Iterator[Firefox]:
    """A Firefox of its own, that knows nobody and asks nobody."""
    program = shutil.which("firefox-esr") or shutil.which("firefox")
    if program is None:
        pytest.skip("needs the browser Firefox")
    lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in SETTINGS.items()]
    (home / "user.js").write_text("\n".join(lines))
    process = subprocess.Popen(
        [program, "--headless", "--no-remote", "--profile", str(home),
         "--remote-debugging-port", "0", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "MOZ_DISABLE_CONTENT_SANDBOX": "1"},
    )  # fmt: skip
    try:
        told = home / "WebDriverBiDiServer.json"
        end = time.monotonic() + PATIENCE
        while not told.exists() or not told.read_text():
            assert process.poll() is None
            assert time.monotonic() < end, "Firefox does not answer"
            time.sleep(0.1)
        where = json.loads(told.read_text())
        address = f"ws://{where['ws_host']}:{where['ws_port']}/session"
        with connect(address, max_size=None, open_timeout=PATIENCE) as socket:
            yield Firefox(socket)
    finally:
        process.terminate()
        process.wait(PATIENCE)
