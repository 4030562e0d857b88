"""The questions that a class asks, each answered where it looks; what a lesson must not lose."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from studio_pages import Opened

pytestmark = [pytest.mark.outside, pytest.mark.timeout(1800)]
RELU = {"n": 8, "activation": "relu"}


def shared(**settings: Any) -> str:
    """The end of an address that opens the playground with these settings."""
    told = json.dumps({"scene": "play", "open": {"settings": settings}})
    return "#s=" + base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


def trained(page: Any, updates: int) -> None:
    page.wait_for_selector(".plane")
    page.click("#run")
    page.wait_for_function(
        "n => Number(document.querySelector('#figure-step').textContent.replaceAll(',', '')) > n",
        arg=updates,
    )
    page.click("#run")
    page.wait_for_selector("#run:has-text('Run')")


def test_before_it_learns_its_figures_are_said_to_be_chance(opened: Opened):
    page = opened("Playground")
    page.wait_for_selector("#going:has-text('chance')")
    assert "before learning" in page.locator(".figures div:has(#figure-accuracy) dt").text_content()
    assert page.locator("#ask-why").is_disabled()
    page.locator("#next-wrong").wait_for(state="detached")
    page.click("#step")
    page.wait_for_function("() => document.querySelector('#figure-step').textContent === '1'")
    assert page.locator(".figures dt:has-text('before learning')").count() == 0


def test_why_it_stops_is_said_beneath_its_buttons_with_what_would_help(opened: Opened):
    page = opened(fragment=shared(layers=2 * [RELU], optimizer="sgd", learning_rate=10))
    trained(page, 300)
    page.click("#ask-why")
    page.wait_for_selector("#going b:has-text('learning rate too high')")
    assert "Each step goes too far" in page.text_content("#going")
    strip, bar = (page.locator(each).bounding_box() for each in (".going", ".bar"))
    assert 0 <= strip["y"] - bar["y"] - bar["height"] < 40
    page.click(".going .remedy")
    page.wait_for_selector("#tried")


def test_where_nothing_hinders_it_and_it_rests_that_is_said(opened: Opened):
    page = opened(fragment=shared(noise=0.35, layers=[RELU | {"n": 3}]))
    trained(page, 8_000)
    page.click("#ask-why")
    page.wait_for_selector("#going:has-text('hardly changed')")
    assert "more neurons" in page.text_content("#going")


def test_why_a_point_is_wrong_is_said_above_the_plane(opened: Opened):
    page = opened(fragment=shared(set="moons", noise=0.5))
    trained(page, 500)
    page.click("#next-wrong")
    page.wait_for_selector("#said-of-point:has-text('wrong')")
    because = page.text_content("#because")
    assert re.search(r"Why: \d+ of the 10 nearest points", because)
    first = page.text_content(".point .note")
    page.click("#next-wrong")
    page.wait_for_function(
        "f => document.querySelector('.point .note').textContent !== f", arg=first
    )
    page.locator("#because button").click()
    page.wait_for_selector("h3:has-text('What neuron')")


def test_what_a_neuron_sees_is_as_fine_as_the_regions(opened: Opened):
    page = opened(fragment=shared(set="moons"))
    trained(page, 300)
    page.locator(".node:enabled").nth(9).click()
    page.wait_for_selector("h3:has-text('What neuron 2 of layer 2 says')")
    page.wait_for_function("() => document.querySelector('.plane .regions').width === 100")
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_selector(".neuron-large canvas")
    page.wait_for_function("() => document.querySelector('.neuron-large canvas').width === 100")
    large, told = (page.locator(f".neuron-large {e}").bounding_box() for e in ("canvas", "p"))
    assert large["width"] >= 150
    assert abs(large["y"] - told["y"]) < 30


def test_a_digit_that_is_read_wrongly_is_shown_and_asked_why_not(opened: Opened):
    page = opened("Digits")
    page.click("#train")
    page.wait_for_function(
        "() => parseFloat(document.querySelector('#digit-accuracy').textContent) > 80"
    )
    page.click("#train")
    page.click("#wrong-one")
    page.wait_for_selector("#truth:has-text('wrong')")
    label = re.findall(r"written as an? (\d)", page.text_content("#truth"))[0]
    assert page.text_content("#digit-answer") != label
    page.get_by_role("button", name=f"Why not {label}?").click()
    page.wait_for_selector(f"#reasons-title:has-text('Why not {label}?')")
    assert page.text_content("#why-not").startswith(f"It says {label} with only")


def test_a_table_s_axes_have_their_numbers(opened: Opened, tmp_path: Path):
    rows = [f"{k * k / 20},{100 + k * 37 % 90},{'ab'[k % 2]}" for k in range(20)]
    (tmp_path / "few.csv").write_text("size,weight,kind\n" + "\n".join(rows))
    page = opened("Playground")
    with page.expect_file_chooser() as chooser:
        page.click("#own-table")
    chooser.value.set_files(tmp_path / "few.csv")
    page.click("#use-columns")
    page.wait_for_selector(".tick.high:has-text('weight')")
    low, high = (
        float(e.replace("−", "-")) for e in page.locator(".axes span").all_inner_texts()[::2]
    )
    assert -7 < low < 0 < 18.05 < high < 25  # the numbers, and some room
    asked: list[str] = []
    page.on("dialog", lambda d: (asked.append(d.type), d.accept()))
    page.reload()
    page.wait_for_selector(".plane")
    assert asked == ["beforeunload"]


def test_a_page_without_work_of_ones_own_is_left_at_once(opened: Opened):
    page = opened("Playground")
    trained(page, 100)
    asked: list[str] = []
    page.on("dialog", lambda d: (asked.append(d.type), d.accept()))
    page.reload()
    page.wait_for_selector(".plane")
    assert not asked


def test_the_tour_begins_where_nothing_runs_and_covers_nothing_it_tells_of(opened: Opened):
    page = opened(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.wait_for_selector(".picture svg")
    page.locator("#strip button").last.click()
    page.locator(".tabs button", has_text="Playground").click()
    page.click("#run")
    page.wait_for_selector("#figure-rate")
    page.get_by_role("button", name="Tour").click()
    page.wait_for_selector(".tour .hole")
    assert page.locator("#strip [aria-current]").text_content() == "z1"
    covered = """() => { const [a, b] = ['.tour .hole', '.tour-card'].map((e) =>
        document.querySelector(e).getBoundingClientRect());
        return Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left))
            * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))
            / (b.width * b.height); }"""
    for _ in range(7):
        page.wait_for_timeout(400)
        assert page.evaluate(covered) < 0.15
        place = page.text_content(".tour .place")
        page.keyboard.press("ArrowRight")
        page.wait_for_function("p => document.querySelector('.place').textContent !== p", arg=place)
        page.wait_for_selector(".tour .hole")
    page.get_by_role("button", name="Begin").click()
    page.locator(".tabs button", has_text="Playground").click()
    assert page.text_content("#run") == "Run"


def test_a_picture_that_was_saved_is_said_to_be(opened: Opened):
    page = opened("Playground")
    page.wait_for_selector(".plane")
    with page.expect_download():
        page.get_by_role("button", name="PNG").click()
    page.wait_for_selector(".said:has-text('regions.png is saved')")
