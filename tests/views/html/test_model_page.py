"""The page that is a model: what a person finds in it, in a real browser."""

import re
from typing import Any

import numpy as np
import pytest
from code_written import HOSTILE, trained_on_a_table
from model_pages import SETTLED, WCAG, bakery, digits, of_a_table, opened, small

import glassnet as gn
from glassnet.exchange.code.plan import CodePlan, Remembered
from glassnet.views.html.model_page import model_page

PLANS = {"numbers": small, "number": bakery, "pixels": digits}
NAMES = [*HOSTILE, "<img src=x onerror=alert(1)>", "*/ alert(2) /*", "${alert(3)}", "`", "\u2028"]


def hostile() -> CodePlan:
    net, _, _ = trained_on_a_table()
    net.classes = NAMES[:4]
    known = Remembered(NAMES[2], 5, NAMES[8], {"accuracy": 0.5})
    return CodePlan(net, NAMES[8], NAMES[2], targets=[NAMES[8]], remembered=known)


# -- without a browser -----------------------------------------------------------------------


def test_its_policy_runs_its_own_script_alone():
    page = model_page(digits())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith(
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-"
    )
    assert "unsafe" not in policy[1].replace("style-src 'unsafe-inline'", "")
    assert len(re.findall("<script", page)) == 2  # its record, and what runs
    assert not re.search(r"https?:|url\(|@import|<(?:script|img|iframe)[^>]* src=", page)


def test_of_digits_it_is_far_below_a_megabyte():
    assert len(model_page(digits()).encode()) < 100_000
    net = gn.Network.dense([784, 128, 10], output="softmax", seed=0)
    assert len(model_page(CodePlan(net, image_shape=(28, 28))).encode()) < 1_000_000


def test_names_stay_names_in_its_source():
    page = model_page(hostile())
    assert "<img" not in page
    assert page.count("</script>") == 2
    assert page.count("<script") == 2


def test_it_says_what_the_model_file_remembers():
    known = Remembered("iris", 120, "30 test rows", {"accuracy": 0.9333, "loss": 0.1})
    page = model_page(CodePlan(digits().net, made="glassnet 1", remembered=known))
    assert "iris, 120 rows" in page
    assert "accuracy 93.3\u00a0%, on 30 test rows" in page
    assert "glassnet 1" in page
    assert "the model came without a test" in model_page(digits())


def test_what_it_cannot_do_is_refused_in_a_sentence():
    wide = gn.Network.dense([301, 2], seed=0)
    with pytest.raises(gn.InputError, match="up to 300 cells, and this network takes 301"):
        model_page(CodePlan(wide))
    with pytest.raises(gn.InputError, match="up to 16,384 pixels"):
        model_page(CodePlan(gn.Network.dense([129 * 129, 2], seed=0), image_shape=(129, 129)))
    with pytest.raises(gn.InputError, match="do not fit"):
        model_page(CodePlan(wide, image_shape=(8, 8)))
    cube = gn.Elementwise("cube", lambda z: z**3, lambda z: 3 * z**2)
    with pytest.raises(gn.InputError, match="cube has no formula"):
        model_page(CodePlan(gn.Network.dense([3, 4, 2], hidden=cube, seed=0)))


def test_a_typical_row_that_is_not_known_is_refused_in_a_sentence():
    from dataclasses import replace

    net = bakery().net
    old = tuple(replace(column, usual=None) for column in net.preparation.columns)
    net.preparation = replace(net.preparation, columns=old)
    with pytest.raises(gn.InputError, match="'colour' is usual"):
        model_page(CodePlan(net))


# -- in a browser ----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*PLANS, "hostile"])
@pytest.mark.parametrize("width, scheme", [(1200, "light"), (390, "dark")])
def test_it_is_open_to_all_and_whole_on_a_phone(chromium, tmp_path, kind, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    plan = hostile() if kind == "hostile" else PLANS[kind]()
    with opened(chromium, tmp_path, plan, width, scheme) as page:
        if kind == "pixels":
            draw(page)
        else:
            page.locator("#made-up").click()
        page.wait_for_selector(SETTLED, state="attached")
        assert page.text_content("#said")
        assert page.locator("#why").is_visible()
        found = axe.run(page, options=WCAG).response["violations"]
        assert [(one["id"], one["nodes"][0]["target"]) for one in found] == []
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def draw(page: Any) -> None:
    box = page.locator("#pad").bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.2 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + 0.8 * box["height"], steps=5)
    page.mouse.up()


def test_names_stay_names_in_the_page(chromium, tmp_path):
    plan = hostile()
    with opened(chromium, tmp_path, plan) as page:
        assert page.text_content("h1") == NAMES[8]
        labels = page.locator(".field > label, .field > legend").evaluate_all(
            "all => all.map((e) => e.firstChild.textContent)"
        )
        assert labels == [column.name for column in plan.net.preparation.used]
        assert set(labels) <= set(HOSTILE)
        levels = page.locator("select option").evaluate_all("all => all.map((e) => e.textContent)")
        assert set(HOSTILE) <= set(levels)
        names = page.locator(".outputs .name").all_text_contents()
        assert names == NAMES[:4]
        assert page.locator("img, iframe").count() == 0


def test_the_answer_and_its_reasons_follow_what_is_typed(chromium, tmp_path):
    net = of_a_table(
        [
            {
                "age": str(20 + 7 * n % 40),
                "kind": "ab"[n % 2],
                "gone": "" if n % 5 == 0 else str(n / 7),
            }
            for n in range(40)
        ]
    )
    net.theta *= 4
    with opened(chromium, tmp_path, CodePlan(net)) as page:
        said = page.locator("#said")
        before = said.text_content()
        assert page.locator("#sum tr").count() == 3  # typical, every column, in all
        age = page.locator("#field0")
        age.fill("58")
        page.get_by_label("kind").select_option("b")
        page.locator("#field2").fill("")
        page.wait_for_selector(SETTLED, state="attached")
        assert said.text_content() != before
        expected = net.predict_proba([{"age": "58", "kind": "b", "gone": ""}])[0]
        shown = page.locator(".outputs .number").all_text_contents()
        assert shown == [f"{100 * p:.1f}\u00a0%" for p in expected]
        names = page.locator("#sum th").all_text_contents()
        assert {"age = 58", "kind = b", "gone = missing"} & set(names)
        page.locator(".outputs button").nth(0).click()
        assert page.text_content("#why-title") == "Why or why not ape"
        age.fill("99")
        assert "outside of what it learned from" in page.text_content("#field0-hint")
        age.fill("much")
        assert "no finite number" in page.text_content("#field0-hint")
        assert said.text_content() == "Waiting for age."
        assert not page.locator("#why").is_visible()
        page.locator("#typical").click()
        page.wait_for_selector(SETTLED, state="attached")
        assert said.text_content() == before


def test_a_row_is_compared_with_one_of_ones_own(chromium, tmp_path):
    with opened(chromium, tmp_path, bakery()) as page:
        page.locator("#made-up").click()
        page.locator("#compare").click()
        page.wait_for_selector(SETTLED, state="attached")
        first, *_, last = page.locator("#sum .number").all_text_contents()
        assert first == last
        assert "the row compared with" in page.locator("#sum th").first.text_content()
        page.locator("#compare").press("Enter")
        page.wait_for_selector(SETTLED, state="attached")
        assert "typical" in page.locator("#sum th").first.text_content()


def test_a_number_is_told_with_how_far_off_it_may_be(chromium, tmp_path):
    from dataclasses import replace

    plan = replace(bakery(), remembered=Remembered(within=[5.0], within_rows="73 test rows"))
    with opened(chromium, tmp_path, plan) as page:
        row = page.evaluate("record.typical")
        value = page.evaluate("predict(record.typical).y[0]")
        assert set(row) == {"price", "colour", "open", "day"}
        told = page.text_content("#limits")
        assert f"{value - 5:.1f} to {value + 5:.1f}: of 73 test rows, 90 %" in told


def test_it_is_used_by_keys_alone(chromium, tmp_path):
    with opened(chromium, tmp_path, digits()) as page:
        assert "Draw" in page.text_content("#said")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == "pad"
        page.keyboard.press("Space")
        for key in ["ArrowDown", "ArrowDown", "ArrowLeft"]:
            page.keyboard.press(key)
        assert page.text_content("#pad-live") == "row 7, column 4, pen down"
        page.wait_for_selector(SETTLED, state="attached")
        assert re.match(r"\d", page.text_content("#said"))
        assert page.evaluate("pad.pixels.filter((value) => value > 0).length") > 3
        page.locator("#clear").press("Enter")
        assert "Draw" in page.text_content("#said")
    with opened(chromium, tmp_path, bakery()) as page:
        page.locator("#field0").press("ArrowUp")
        high = float(page.input_value("#field0"))
        page.locator("#field0").press("PageDown")
        assert float(page.input_value("#field0")) < high
        page.locator("#field2-0").press("ArrowRight")
        assert page.locator("#field2-1").is_checked()


# a picture let fall on the page, as a hand does it that brings a file from elsewhere
DROP = """([name, bytes]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([new Uint8Array(bytes)], name, { type: "image/png" }));
    document.body.dispatchEvent(
        new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("channels", [1, 3])
def test_a_picture_chosen_or_dropped_is_brought_to_the_networks_pixels(
    chromium, tmp_path, channels
):
    from PIL import Image

    from glassnet.data import read_images

    rng = np.random.default_rng(0)
    blocks = rng.integers(0, 256, size=(4, 6, 3), dtype=np.uint8).repeat(40, 0).repeat(40, 1)
    Image.fromarray(blocks).save(tmp_path / "picture.png")
    shape = (6, 6) if channels == 1 else (6, 6, 3)
    net = gn.Network.dense([36 * channels, 4, 2], output="softmax", seed=0)
    net.preparation = gn.Preparation("pixels", 36 * channels, (0.0,), (255.0,))
    net.classes = ["a", "b"]
    with opened(chromium, tmp_path, CodePlan(net, image_shape=shape)) as page:
        page.set_input_files("#file", tmp_path / "picture.png")
        page.wait_for_selector("#pad-says:not(:empty)")
        found = np.array(page.evaluate("Array.from(pad.pixels)"))
        assert "brought to 6 × 6 pixels" in page.text_content("#pad-says")
        page.click("#clear")
        assert not any(page.evaluate("Array.from(pad.pixels)"))
        page.evaluate(DROP, ["fallen.png", list((tmp_path / "picture.png").read_bytes())])
        page.wait_for_selector("#pad-says:has-text('fallen.png, brought to')")
        assert page.evaluate("Array.from(pad.pixels)") == found.tolist()
        (tmp_path / "none.png").write_text("no picture")
        page.set_input_files("#file", tmp_path / "none.png")
        page.wait_for_selector("#pad-says:has-text('no picture')")
    _, ours = read_images(tmp_path / "picture.png", shape)
    assert np.abs(found - ours[0]).max() <= 1  # of 255: rounded once, and twice
