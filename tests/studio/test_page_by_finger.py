"""The studio's page under a finger, with the touches that a browser makes of one."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from studio_pages import Opened

pytestmark = [pytest.mark.outside, pytest.mark.timeout(1800)]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
Point = tuple[float, float]


@pytest.fixture
def touched(opened: Opened) -> Callable[..., Any]:
    """Opens a scene on a phone; gives the page and a finger that goes along points."""

    def open_page(scene: str) -> Any:
        page = opened(scene, **PHONE)
        session = page.context.new_cdp_session(page)

        def finger(points: Sequence[Point]) -> None:
            for kind, at in [("touchStart", points[0]), *(("touchMove", p) for p in points[1:])]:
                told = [{"x": at[0], "y": at[1]}]
                session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": told})
                page.wait_for_timeout(16)
            session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

        return page, finger

    return open_page


def along(start: Point, end: Point, n: int = 12) -> list[Point]:
    return [(start[0] + (end[0] - start[0]) * k / n, start[1] + (end[1] - start[1]) * k / n)
            for k in range(n + 1)]  # fmt: skip


def test_a_digit_is_drawn_by_finger_and_the_page_stays(touched: Callable[..., Any]):
    page, finger = touched("Digits")
    page.wait_for_selector(".pad")
    page.locator(".pad").scroll_into_view_if_needed()
    box, before = page.locator(".pad").bounding_box(), page.evaluate("scrollY")
    x, top = box["x"] + box["width"] / 2, box["y"]
    finger(along((x, top + 15), (x, top + box["height"] - 15)))
    page.wait_for_selector("#digit-answer")
    assert page.evaluate("scrollY") == before
    ink = page.evaluate(
        "[...document.querySelectorAll('.pad i')].map((e) => +e.style.getPropertyValue('--ink-of'))"
    )
    columns = [sum(ink[k::8]) for k in range(8)]
    assert min(columns[3:5]) > 3 > max(columns[:2] + columns[6:])


def test_a_weight_is_dragged_by_finger_and_the_page_stays(touched: Callable[..., Any]):
    page, finger = touched("Worked example")
    weight = page.locator('.picture .num[data-a="W2[0,0]"]').last
    weight.scroll_into_view_if_needed()
    box, before = weight.bounding_box(), page.evaluate("scrollY")
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    loss = page.text_content("#loss")
    finger(along((x, y), (x + 60, y + 10)))  # no finger goes straight
    page.wait_for_selector(".answer .made")
    assert page.text_content(".made b").startswith("1")  # 0.4 and 60 pixels of 0.01 each
    assert page.text_content("#loss") != loss
    assert page.evaluate("[scrollX, scrollY]") == [0, before]


def test_the_page_scrolls_where_nothing_is_to_be_moved(touched: Callable[..., Any]):
    page, finger = touched("Worked example")
    page.wait_for_selector(".picture svg")
    finger(along((200, 600), (200, 200)))
    page.wait_for_function("() => scrollY > 100")
    assert page.locator(".made, .moved").count() == 0
