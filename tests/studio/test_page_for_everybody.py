"""The studio's page for everybody: on a phone, at twice the size, by keys, at rest, read aloud."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from studio_pages import Opened, Play

pytestmark = [pytest.mark.outside, pytest.mark.timeout(1800)]
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
EXAMPLES = Path(__file__).parents[2] / "examples"
SCENES = ["Worked example", "Playground", "Digits", "Your model", "Your run", "Your code"]

Given = dict[str, Play]

# What reaches beyond the page's right edge and cannot be scrolled to; and what is too small for a
# finger: 24 pixels are the least that WCAG 2.2 lets a target have.
CUT = """() => {
    const scrolls = (e) => e && (/auto|scroll|hidden|clip/.test(getComputedStyle(e).overflowX)
        || scrolls(e.parentElement));
    return [...document.querySelectorAll('.scene *, .top *')].filter((e) => e.checkVisibility()
        && e.getBoundingClientRect().right > innerWidth + 1 && !scrolls(e.parentElement))
        .map((e) => e.outerHTML.slice(0, 120)); }"""
SMALL = """() => [...document.querySelectorAll('button, select, input, summary')].filter((e) => {
    const { width, height } = e.getBoundingClientRect();
    return e.checkVisibility() && width && Math.min(width, height) < 24;
}).map((e) => e.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory, play: Play) -> Iterator[Given]:
    """The studio as it opens by itself, with a model and its table, and with a recorded run."""
    home = tmp_path_factory.mktemp("given")
    table, model, run = EXAMPLES / "bakery.csv", home / "bakery.safetensors", home / "run"
    command = [
        sys.executable,
        "-m",
        "glassnet",
        "train",
        table,
        "--target",
        "sold",
        "--record",
        run,
    ]
    few = ["--epochs", 2, "--hidden", 4, "--out", model]
    subprocess.run([*map(str, [*command, *few])], check=True, capture_output=True)
    found = {"Your model": Play(model, table), "Your run": Play(run)}
    yield dict.fromkeys(SCENES, play) | found
    for each in found.values():
        each.close()


def shown(opened: Opened, given: Given, scene: str, **more: Any) -> Any:
    """The scene's page, as soon as nothing on it waits."""
    page = opened(scene, of=given[scene], **more)
    ready = {"Your model": "#model-answer", "Your run": ".why .adds", "Worked example": ".chain"}
    page.wait_for_selector(ready.get(scene, ".scene .panel, .scene .picture svg"))
    page.wait_for_function("() => !document.querySelector('.waits')")
    return page


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_open_to_all(opened: Opened, given: Given, scene: str, scheme: str):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = shown(opened, given, scene, color_scheme=scheme, reduced_motion="reduce")
    found = axe.run(page, options=WCAG).response["violations"]
    assert not [(v["id"], v["nodes"][0]["html"][:200]) for v in found]


@pytest.mark.parametrize("scene", SCENES)
def test_it_fits_a_phone_and_two_hundred_percent(opened: Opened, given: Given, scene: str):
    page = shown(opened, given, scene, viewport={"width": 1280, "height": 900})
    for width in (1280, 1000, 640, 390):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_timeout(200)  # the drawing turns with the page's width
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(CUT) == []
        assert page.evaluate(SMALL) == []


# the focused element, and whether it is seen to be
FOCUSED = """() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    window.reached = window.reached || new Set();
    const before = window.reached.has(e);
    window.reached.add(e);
    const { outlineStyle, outlineWidth, stroke } = getComputedStyle(e);
    const hit = e.querySelector?.('.hit');
    const ring = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2
        || hit && parseFloat(getComputedStyle(hit).strokeWidth) >= 2;
    return [before, ring, e.outerHTML.slice(0, 120)]; }"""
LEFT = """() => [...document.querySelectorAll('button, select, input, textarea, summary')]
    .filter((e) => e.checkVisibility() && !e.disabled && e.tabIndex >= 0 && !window.reached.has(e))
    .map((e) => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("scene", SCENES)
def test_every_control_is_reached_by_keys_and_seen_to_be(opened: Opened, given: Given, scene: str):
    page = shown(opened, given, scene)
    page.evaluate("document.activeElement.blur()")
    page.mouse.click(1, 1)
    for _ in range(400):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found is None:
            continue
        before, ring, told = found
        if before:
            break
        assert ring, told
    assert page.evaluate(LEFT) == []


def test_on_a_phone_keys_go_down_the_model_s_page(opened: Opened, given: Given):
    page = shown(opened, given, "Your model", viewport={"width": 390, "height": 844})
    places = page.evaluate(
        "[...document.querySelectorAll('.scene :is(button, input, select, summary)')]"
        ".filter((e) => e.checkVisibility() && e.tabIndex >= 0)"
        ".map((e) => e.closest('section').getBoundingClientRect().top)"
    )
    assert places == sorted(places)
    assert page.evaluate("document.querySelector('.model-columns #model-answer') !== null")


def test_whoever_wants_no_motion_has_none(opened: Opened):
    moving = "document.getAnimations().filter((a) => a.playState === 'running').length"
    seen = {}
    for wish in ("reduce", "no-preference"):
        page = opened(reduced_motion=wish)
        page.wait_for_selector(".picture svg")
        seen[wish] = 0
        for _ in range(3):
            page.click("#on")
            seen[wish] += page.evaluate(moving)
    assert seen["reduce"] == 0
    assert seen["no-preference"] > 0


@pytest.mark.parametrize("scene", SCENES)
def test_every_control_says_what_it_does(opened: Opened, given: Given, scene: str):
    page = shown(opened, given, scene)
    silent = """() => [...document.querySelectorAll('button, select, input, textarea')]
        .filter((e) => e.checkVisibility() && !e.closest('[title], [data-go]'))
        .map((e) => e.outerHTML.slice(0, 120))"""
    assert page.evaluate(silent) == []


def test_the_tour_goes_through_and_ends(opened: Opened):
    page = opened()
    page.get_by_role("button", name="Tour").click()
    told = "p => document.querySelector('.tour .place').textContent !== p"
    for _ in range(7):
        page.wait_for_selector(".tour .hole")
        place = page.text_content(".tour .place")
        page.keyboard.press("ArrowRight")
        page.wait_for_function(told, arg=place)
    page.get_by_role("button", name="Begin").click()
    assert page.locator(".tour").count() == 0


def test_the_page_is_small_and_holds_no_foreign_address(play: Play):
    from glassnet.studio.opening import PAGE

    files = [path for path in PAGE.iterdir() if path.suffix in (".js", ".css", ".html", ".svg")]
    assert sum(path.stat().st_size for path in files) < 400_000
    for path in files:
        found = re.findall(r"https?://[^\s\"'`)]+", path.read_text("utf-8"))
        assert not [each for each in found if not each.startswith("http://www.w3.org/")]
