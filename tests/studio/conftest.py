"""The studio's page as a test opens it: in a real browser, of a studio that was really started."""

from collections.abc import Iterator
from typing import Any

import pytest
from studio_pages import Opened, Play

SLOW = 600_000  # milliseconds: only for what hangs
HERE = ("http://127.0.0.1:", "ws://127.0.0.1:", "blob:", "data:")


@pytest.fixture(scope="module")
def play() -> Iterator[Play]:
    found = Play()
    yield found
    found.close()


@pytest.fixture
def opened(chromium: Any, play: Play) -> Iterator[Opened]:
    """Opens the page; in the end nothing was said to the console, and nobody else was asked."""
    told: list[str] = []
    contexts: list[Any] = []
    ended: list[Play] = []  # after their pages, which would ask for them again

    def open_page(scene: str = "Worked example", fragment: str = "", **more: Any) -> Any:
        started = more.pop("of", play)
        if own := more.pop("once", None):
            ended.append(own)
            started = own
        context = chromium.new_context(accept_downloads=True, **more)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(SLOW)
        page.on("console", lambda m: m.type in ("error", "warning") and told.append(m.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda r: r.url.startswith(HERE) or told.append(r.url))
        page.goto(started.address + fragment)
        page.wait_for_selector(".tabs button:enabled")
        if not fragment:
            page.locator(".tabs button", has_text=scene).click()
        return page

    yield open_page
    for context in contexts:
        context.close()
    for each in ended:
        each.close()
    assert not told
