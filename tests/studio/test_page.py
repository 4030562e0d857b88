"""The studio's page in a real browser: what a hand moves, all else follows."""

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from studio_pages import Opened, Play

import glassnet as gn
from glassnet.exchange import load, save
from glassnet.explain import WORKED, walk

pytestmark = [pytest.mark.outside, pytest.mark.timeout(1800)]
SLOW = 600_000  # milliseconds: only for what hangs
EXAMPLES = Path(__file__).parents[2] / "examples"

# a number as it is written on the page: −1,234.5
NUMBER = """(at) => Number((document.querySelector(at)?.textContent || "none")
    .replaceAll("−", "-").replaceAll(",", ""))"""


def number(page: Any, selector: str) -> float:
    """What stands there, as soon as it is a number."""
    until(page, f"(at) => Number.isFinite(({NUMBER})(at))", selector)
    return float(page.evaluate(NUMBER, selector))


def shown(page: Any, address: str) -> Any:
    """The number in the drawing, wherever its label is."""
    return page.locator(f'.picture .num[data-a="{address}"]').last


def until(page: Any, condition: str, argument: object = None) -> None:
    page.wait_for_function(condition, arg=argument, timeout=SLOW)


RELU = {"n": 8, "activation": "relu"}


def shared(scene: str, **settings: Any) -> str:
    """The end of an address that opens a scene with these settings."""
    told = json.dumps({"scene": scene, "open": {"settings": settings}})
    return "#s=" + base64.urlsafe_b64encode(told.encode()).decode().rstrip("=")


# -- the worked example ----------------------------------------------------------------------


# goes to the stage of each number, presses it, and reads its value in the answer
READ = """async (addresses) => {
    const found = {};
    const pause = () => new Promise((done) => setTimeout(done, 20));
    const there = async (holds) => {
        for (let n = 0; n < 1000 && !holds(); n++) await pause();
    };
    for (const address of addresses) {
        const array = address.split("[")[0];
        const all = [...document.querySelectorAll("#strip button")];
        const stage = all.find((each) => each.textContent === array);
        stage.click();
        await there(() => stage.getAttribute("aria-current"));
        const place = `.picture .num[data-a="${CSS.escape(address)}"]`;
        await there(() => document.querySelector(place));
        const number = [...document.querySelectorAll(place)].at(-1);
        for (const kind of ["pointerdown", "pointerup"])
            number.dispatchEvent(new PointerEvent(kind, { bubbles: true, button: 0 }));
        const at = () => document.querySelector(".answer [data-at]")?.dataset.at;
        await there(() => at() === address);
        await pause();
        const told = document.querySelector("#value").textContent.replaceAll("−", "-");
        found[at()] = Number(told);
    }
    return found;
}"""


def test_every_value_of_the_worked_example_is_the_golden_one(opened: Opened, golden: Any):
    page = opened()
    page.wait_for_selector(".picture svg")
    page.locator("#strip button").last.click()
    step = golden("worked_example")["biases_frozen"]["first_step"]
    names = {"z1": "z1", "h": "a1", "z2": "z2", "o": "a2", "d2": "delta2", "d1": "delta1",
             "g2": "dW2", "g1": "dW1"}  # fmt: skip
    expected = {"loss": step["E"]}
    for theirs, ours in names.items():
        for place, value in np.ndenumerate(np.array(step[theirs])):
            expected[f"{ours}[{','.join(map(str, place))}]"] = float(value)
    found = page.evaluate(READ, list(expected))
    assert found == {address: pytest.approx(value, rel=1e-8) for address, value in expected.items()}


def test_a_weight_is_dragged_and_the_loss_follows(opened: Opened):
    page = opened()
    box = shown(page, "W2[0,0]").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    before = number(page, "#loss")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y, steps=8)
    until(page, "() => document.querySelector('.moved b')?.textContent === '0'")
    until(page, "b => Number(document.querySelector('#loss').textContent) < b", before)
    page.mouse.up()
    until(page, "() => !document.querySelector('.moved')")
    first, (row, other) = WORKED.weights
    moved = walk(replace(WORKED, weights=[first, [[0.0, row[1]], other]]))
    (loss,) = (each.value for each in moved.quantities if each.address == "loss")
    assert number(page, "#loss") == pytest.approx(loss, rel=1e-5)
    page.get_by_role("button", name="Undo").click()
    until(page, "b => Number(document.querySelector('#loss').textContent) === b", before)


X0 = """(v) => document.querySelector('.picture .num[data-a="x[0]"] .val').textContent === v"""


def test_keys_alone_change_a_number_and_step_through_the_stages(opened: Opened):
    page = opened()
    shown(page, "x[0]").focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    until(page, X0, "0.08")
    page.keyboard.press("Escape")
    until(page, X0, "0.05")
    page.locator("#on").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    assert page.text_content("#strip [aria-current]") == "z2"


def test_a_nudge_is_told_beside_what_its_gradient_predicted(opened: Opened):
    page = opened()
    shown(page, "W1[0,0]").click()
    page.locator(".nudge button").first.click()
    assert number(page, "#predicted") == pytest.approx(4.38567e-06, rel=1e-5)
    assert number(page, "#happened") == pytest.approx(4.38567e-06, rel=1e-3)
    until(page, "() => document.querySelectorAll('.course polyline.line').length === 1")
    assert page.locator(".chain li").count() >= 3


def test_an_example_of_another_shape_is_made_saved_and_shared(opened: Opened, tmp_path: Path):
    page = opened()
    page.get_by_role("button", name="Shape…").click()
    page.get_by_role("button", name="Add a layer").click()
    page.get_by_role("button", name="Make it").click()
    until(page, "() => document.querySelector('#strip').textContent.includes('z3')")
    loss = number(page, "#loss")
    with page.expect_download() as download:
        page.click("#toml")
    path = tmp_path / "mine.toml"
    download.value.save_as(path)
    assert "weights" in path.read_text("utf-8")
    with page.expect_download() as download:
        page.click("#hand-out")
    download.value.save_as(tmp_path / "walk.html")
    assert "<html" in (tmp_path / "walk.html").read_text("utf-8")
    with page.expect_download() as download:
        page.get_by_role("button", name="PNG").click()
    download.value.save_as(tmp_path / "network.png")
    assert (tmp_path / "network.png").read_bytes()[:4] == b"\x89PNG"
    page.get_by_role("button", name="Copy link").click()
    fragment = page.evaluate("location.hash")
    assert "token" not in page.evaluate("location.href")
    told = json.loads(base64.urlsafe_b64decode(fragment[3:] + "=="))
    assert told["scene"] == "worked"
    other = opened(fragment=fragment)
    until(other, "() => document.querySelector('#loss')")
    assert number(other, "#loss") == loss


# -- the playground --------------------------------------------------------------------------


def test_the_playground_runs_and_learns(opened: Opened):
    page = opened("Playground")
    page.wait_for_selector(".plane")
    first = number(page, "#figure-loss")
    page.click("#run")
    until(page, "() => parseFloat(document.querySelector('#figure-accuracy').textContent) > 90")
    page.click("#run")
    assert number(page, "#figure-loss") < first / 2
    sums = page.evaluate(
        """() => [...document.querySelectorAll('.node canvas')].map((c) => c.getContext('2d')
            .getImageData(0, 0, c.width, c.height).data.reduce((s, v, k) => s + v * (k + 1), 0))"""
    )
    assert len(set(sums)) == len(sums)  # each neuron has a picture of its own
    page.wait_for_selector("#looked-at")


def test_layers_and_neurons_are_added_while_it_runs(opened: Opened):
    page = opened("Playground")
    page.click("#run")
    before = page.locator(".node").count()
    page.click("#add-layer")
    until(page, "n => document.querySelectorAll('.node').length === n + 4", before)
    page.get_by_role("button", name="One neuron more in layer 3").click()
    until(page, "n => document.querySelectorAll('.node').length === n + 5", before)
    page.get_by_role("button", name="Remove layer 1").click()
    until(page, "n => document.querySelectorAll('.node').length === n - 3", before)
    step = number(page, "#figure-step")
    until(page, f"n => ({NUMBER})('#figure-step') > n", step)


def test_five_layers_are_seen_whole_and_weights_as_thick_as_they_are(opened: Opened):
    layers = 5 * [{"n": 6, "activation": "tanh"}]
    fragment = shared("play", layers=layers)
    page = opened(fragment=fragment, viewport={"width": 1280, "height": 800})
    page.wait_for_selector(".node >> nth=32")
    until(page, "() => document.querySelectorAll('.wires path[stroke-width]').length === 162")
    assert page.evaluate(
        "() => { const e = document.querySelector('.diagram .scroll');"
        " return e.scrollWidth <= e.clientWidth }"
    )
    widths = page.evaluate(
        "() => [...document.querySelectorAll('.wires path')]"
        ".map((e) => getComputedStyle(e).strokeWidth)"
    )
    assert len(set(widths)) > 20
    page.locator(".node").nth(5).click()
    page.mouse.move(5, 5)
    page.wait_for_selector("text=What neuron 4 of layer 1 says")
    page.keyboard.press("Escape")
    page.wait_for_selector("text=Its answer over the plane")


def test_a_point_tells_why_it_is_answered_so(opened: Opened):
    page = opened("Playground")
    page.locator(".plane").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#said-of-point:has-text('It says class')")
    assert page.locator(".pushes li").count() == 5
    page.locator(".point summary").click()
    page.wait_for_selector(".point .formula")
    page.locator(".point .depends button").first.click()
    until(page, "() => document.querySelector('.point .value code').textContent !== 'loss'")


def test_a_table_of_ones_own_is_learned(opened: Opened, tmp_path: Path):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(80, 2))
    kinds = np.where(rows[:, 0] > 0, "ripe", "green")
    lines = [f"{a:.3f},{b:.3f},{kind}" for (a, b), kind in zip(rows, kinds, strict=True)]
    path = tmp_path / "fruit.csv"
    path.write_text("size,weight,kind\n" + "\n".join(lines))
    page = opened("Playground")
    with page.expect_file_chooser() as chooser:
        page.click("#own-table")
    chooser.value.set_files(path)
    page.click("#use-columns")
    page.click("#run")
    until(page, "() => parseFloat(document.querySelector('#figure-accuracy').textContent) > 90")
    page.click("#run")
    page.get_by_role("button", name="Copy link").click()
    told = base64.urlsafe_b64decode(page.evaluate("location.hash")[3:] + "==")
    assert b"fruit" not in told
    assert json.loads(told)["open"]["settings"].get("points") is None


def test_points_are_drawn_and_two_settings_raced(opened: Opened):
    page = opened("Playground")
    page.click("#draw")
    box = page.locator(".plane").first.bounding_box()
    for label, x in ((0, 0.25), (1, 0.75)):
        page.locator(".swatch").nth(label).click()
        for y in (0.2, 0.4, 0.6, 0.8):
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.click("#use-drawn")
    until(page, "() => !document.querySelector('.plane.draws')")
    page.click("#race")
    page.wait_for_selector(".planes figure:nth-child(2) canvas")
    until(page, "() => Number(document.querySelector('.lane-loss').textContent) < 0.2")


def test_a_remedy_is_tried_and_told_beside_what_was(opened: Opened):
    page = opened(fragment=shared("play", layers=2 * [RELU], optimizer="sgd", learning_rate=10))
    page.wait_for_selector(".plane")
    page.click("#run")
    until(page, f"() => ({NUMBER})('#figure-step') > 500")
    page.click("#run")
    page.wait_for_selector(".remedy")
    looked_at = re.findall(r"update ([\d,]+) to ([\d,]+)", page.text_content("#looked-at"))
    assert looked_at == [("0", page.text_content("#figure-step"))]
    page.locator(".remedy").first.click()
    until(page, f"() => document.querySelector('#tried') && ({NUMBER})('#figure-step') > 50")
    until(page, "() => / before, 9\\d/.test(document.querySelector('#tried').textContent)")
    assert page.text_content("#run") == "Pause"


def test_a_setting_out_of_its_range_is_said_and_put_back(opened: Opened):
    page = opened("Playground")
    page.click("#run")
    beta1 = page.locator(".learning input[type=number]").first
    beta1.fill("-5")
    beta1.blur()
    page.wait_for_selector(".toast:visible:has-text('-5')")
    until(page, "() => document.querySelector('.learning input[type=number]').value === '0.9'")
    page.locator(".toast button:visible").click()
    assert page.locator(".toast:visible").count() == 0
    loss = page.text_content("#figure-loss")
    until(page, "l => document.querySelector('#figure-loss').textContent !== l", loss)


def test_a_network_that_is_lost_is_told_in_every_scene(opened: Opened):
    started = Play()
    page = opened("Playground", once=started)
    page.click("#run")
    until(page, f"() => ({NUMBER})('#figure-step') > 100")
    page.locator(".tabs button", has_text="Digits").click()
    page.click("#train")
    until(page, f"() => ({NUMBER})('#digit-step') > 100")
    (worker,) = subprocess.check_output(["pgrep", "-P", str(started.process.pid)]).split()
    os.kill(int(worker), signal.SIGKILL)
    page.wait_for_selector(".toast:visible:has-text('another one answers')")
    until(page, "() => document.querySelector('#digit-step').textContent === '0'")
    page.locator(".toast button:visible").click()
    page.locator(".tabs button", has_text="Playground").click()
    until(page, "() => document.querySelector('#figure-step').textContent === '0'")
    assert page.text_content("#run") == "Run"


@pytest.mark.parametrize(
    ("to", "begins"),
    [("numpy", b'"""'), ("python", b'"""'), ("c", b"/*"), ("csv", b"address"), ("svg", b"<?xml"),
     ("onnx", b""), ("model", b"")],
)  # fmt: skip
def test_the_network_is_taken_along(opened: Opened, tmp_path: Path, to: str, begins: bytes):
    page = opened("Playground")
    page.wait_for_selector(".plane")
    with page.expect_download() as download:
        page.click(f"[data-to={to}]")
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    assert path.read_bytes().startswith(begins)
    if to in ("onnx", "model"):
        assert [each.n_out for each in load(path).dense_layers] == [8, 8, 1]


# -- digits, a model, a run, code ------------------------------------------------------------


READS = "(label) => document.querySelector('#digit-answer')?.textContent === label"


def test_a_digit_is_drawn_and_read_and_its_pixels_speak(opened: Opened):
    page = opened("Digits")
    page.click("#train")
    until(page, "() => parseFloat(document.querySelector('#digit-accuracy').textContent) > 90")
    page.click("#train")
    thumbs = page.locator(".thumb")
    read, not_read = 0, pytest.importorskip("playwright.sync_api").TimeoutError
    for k in range(10):
        thumbs.nth(k).click()
        label = re.findall(r"\d", thumbs.nth(k).get_attribute("aria-label"))[0]
        with contextlib.suppress(not_read):  # of those that it reads wrongly
            page.wait_for_function(READS, arg=label, timeout=20_000)
            read += 1
    assert read >= 8
    page.wait_for_selector(".reason-picture canvas")
    page.click("#clear")
    box = page.locator(".pad").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 8)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] - 8, steps=12)
    page.mouse.up()
    page.wait_for_selector("#digit-answer")


def test_a_model_of_ones_own_answers_as_its_columns_move(opened: Opened, tmp_path: Path):
    rng = np.random.default_rng(0)
    net = gn.Network.dense([2, 4, 2], hidden="tanh", output="softmax", seed=0)
    X = rng.normal(size=(200, 2))
    y = (X[:, 0] > 0).astype(int)
    net.fit(X, y, epochs=30)
    path = tmp_path / "mine.safetensors"
    save(net, path)
    started = Play(path)
    page = opened("Your model", once=started)
    page.wait_for_selector("#model-answer")
    cell = page.locator(".controls input[type=number]").first
    for value in (2, -2):
        cell.fill(str(value))
        cell.blur()
        expected = load(path).predict(np.array([[value, 0.0]]))[0]
        until(
            page,
            "a => document.querySelector('#model-answer').textContent === a",
            str(expected),
        )
    assert page.locator(".shares li").count() == 2


def test_a_program_is_checked_and_its_line_marked(opened: Opened):
    page = opened("Your code")
    page.fill("#program", (EXAMPLES / "xor_with_a_mistake.py").read_text("utf-8"))
    page.click("#check")
    page.wait_for_selector("#verdict")
    assert page.text_content(".gutter .wrong") == "28"
    assert "hidden delta" in page.text_content(".report")
    page.wait_for_selector(".picture .num.chosen")
