"""The page of a walk, in a real browser: every number answers as the walk's record has it."""

import html
import json
import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.core.optimizers import Adam
from glassnet.explain import WORKED, Answer, Ask, Example, Walk, walk, walk_of
from glassnet.files.plain import to_plain
from glassnet.views.html.walk_page import walk_page

STEPS = (0, 1, 10)
WALKS = [walk(WORKED, n, "neuron") for n in STEPS]
SOFTMAX = Example(
    name="three, four, two",
    weights=[
        [[0.1, -0.2, 0.3], [0.4, 0.5, -0.6], [-0.7, 0.8, 0.9], [0.15, 0.25, -0.35]],
        [[0.2, -0.3, 0.4, 0.5], [-0.1, 0.6, -0.7, 0.8]],
    ],
    biases=[[0, 0.1, 0, 0.2], [0.05, -0.05]],
    inputs=[0.5, -1.0, 0.25],
    targets=[1, 0],
    activations=["tanh", "softmax"],
    loss="cross_entropy",
    learning_rate=0.1,
)


def number(value: float, digits: int = 9) -> str:
    return f"{value + 0.0:.{digits}g}".replace("-", "−")


def batch(sizes: list[int], samples: int) -> Walk:
    """A walk through a batch of that many samples."""
    rng = np.random.default_rng(3)
    net = Network.dense(sizes, hidden="tanh", output="softmax", dtype="float64", seed=0)
    ask = Ask(net, rng.normal(size=(samples, sizes[0])), np.eye(sizes[-1])[[0] * samples])
    return walk_of(ask, "a batch")


# -- without a browser -----------------------------------------------------------------------


def answers_of(told: Walk) -> dict[str, Answer]:
    return {answer.address: answer for answer in [*told.quantities, *told.besides]}


def embedded(page: str) -> dict[str, Any]:
    (text,) = re.findall(r'<script type="application/json" id="record">(.*?)</script>', page, re.S)
    assert not set("<>&") & set(text)
    return json.loads(text)


def test_the_page_allows_nothing_from_elsewhere():
    page = walk_page(WALKS)
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    assert policy[1].startswith("default-src 'none'; style-src 'unsafe-inline'; script-src")
    assert not re.search(r"https?:|url\(|@import|<(?:script|img|iframe)[^>]* src=", page)


def test_twenty_updates_stay_far_below_a_megabyte():
    one, many = (len(walk_page([walk(WORKED, n) for n in range(k)]).encode()) for k in (1, 21))
    assert many < 100_000
    assert many - one < 20 * 54 * 24  # values alone: 54 of them in every pass


def test_a_name_cannot_break_out_of_its_place():
    name = "</script><b>&\u2028'\""
    stages = [replace(stage, title=name) for stage in WALKS[0].stages]
    told = replace(WALKS[0], name=name, stages=stages)
    page = walk_page([told])
    assert "</script><b>" not in page
    assert "&lt;/script&gt;&lt;b&gt;&amp;" in page
    assert embedded(page)["stages"][0]["title"] == name


def test_every_quantity_of_every_walk_is_there_once():
    found = embedded(walk_page(WALKS))
    addresses = [q["address"] for q in found["quantities"]]
    assert len(set(addresses)) == len(addresses)
    for step, told in zip(found["walks"], WALKS, strict=True):
        values = dict(zip(addresses, step["values"], strict=True))
        assert step.keys() - {"digits"} == {"steps", "loss_after", "values"}
        assert values == {q.address: q.value for q in told.quantities}


def test_what_is_not_finite_is_told_too():
    net = Network.dense([1, 1], output="identity", dtype="float64", seed=0)
    found = embedded(walk_page([walk_of(Ask(net, [math.inf], [1.0]), "far")]))
    values = dict(
        zip([q["address"] for q in found["quantities"]], found["walks"][0]["values"], strict=True)
    )
    assert values["x[0]"] == "Infinity"
    assert values["loss"] == "Infinity"
    assert values["delta1[0]"] == "Infinity"
    assert values["new.W1[0,0]"] == "-Infinity"


def test_a_formula_that_changes_between_walks_is_kept_for_each():
    first, later = (
        walk_of(Ask(Network.dense([30, 1], seed=0, dtype="float64"), x, [0.0]), "wide", n)
        for n, x in enumerate((np.linspace(0.1, 3, 30), np.linspace(3, 0.1, 30)))
    )
    found = embedded(walk_page([first, later]))
    (q,) = (q for q in found["quantities"] if q["address"] == "z1[0]")
    (other,) = (q for q in found["walks"][1]["other"] if q["address"] == "z1[0]")
    for quantity, told in ((q, first), (other, later)):
        text = "".join(p if isinstance(p, str) else p[0] for p in quantity["formula"])
        assert text == answers_of(told)["z1[0]"].formula
    assert q["formula"] != other["formula"]


def test_a_number_that_a_later_walk_has_not_is_said_to_be_absent():
    net, x = Network.dense([30, 1], seed=0, dtype="float64"), np.linspace(0.1, 3, 30)
    asks = [Ask(net, x, [0.0], most_terms=terms) for terms in (12, 40)]
    first, later = embedded(walk_page([walk_of(ask, "wide") for ask in asks]))["walks"]
    assert "absent" not in first
    assert later["absent"] == ["rest.z1[0]"]
    assert len(later["values"]) == len(first["values"])


@pytest.mark.parametrize(("begin", "stage"), [("", "z1"), ("delta1", "delta1"), ("none", "z1")])
def test_it_opens_where_it_is_told_to(chromium: Any, begin: str, stage: str):
    page = chromium.new_page()
    page.set_content(walk_page(WALKS, begin))
    assert page.text_content("#strip [aria-current]") == stage
    page.close()


def test_in_another_page_it_has_no_heading_of_its_own_and_steps_by_keys(chromium: Any):
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    inside = html.escape(walk_page(WALKS, "delta1"))
    page.set_content(f'<h1>A lesson</h1><iframe title="walk" width="350" srcdoc="{inside}">')
    frame = page.frame_locator("iframe")
    assert frame.locator("#strip [aria-current]").text_content() == "delta1"
    assert not frame.locator("h1").is_visible()
    frame.locator("#on").press("ArrowRight")
    assert frame.locator("#strip [aria-current]").text_content() == "dW2"
    assert frame.locator("html").evaluate("e => e.scrollWidth <= e.clientWidth")
    page.close()


ON_EACH_OTHER = """() => {
    const all = [...document.querySelectorAll("#picture .edge rect.hit")];
    const boxes = all.map((e) => e.getBoundingClientRect());
    return boxes.filter((a, i) => boxes.some((b, j) => j < i
        && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1
        && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)).length;
}"""


@pytest.mark.parametrize("name", ["worked", "softmax"])
def test_in_a_narrow_frame_all_is_seen_and_no_weight_s_label_lies_on_another(
    chromium: Any, name: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.syspath_prepend(Path(__file__).parents[3] / "docs" / "extensions")
    from walks import EXAMPLES  # those that the book's pages hold

    example = {"worked": WORKED, **EXAMPLES}[name]
    page = chromium.new_page(viewport={"width": 390, "height": 800})
    inside = html.escape(walk_page([walk(example, n) for n in (0, 1, 10)], "delta1"))
    page.set_content(f'<iframe title="walk" style="width: 356px" srcdoc="{inside}">')
    frame = page.frame_locator("iframe")
    picture, on = frame.locator("#picture"), frame.locator("#on")
    for _ in range(20):
        assert picture.evaluate(ON_EACH_OTHER) == 0, frame.locator("#stage-title").text_content()
        assert picture.evaluate("e => e.scrollWidth <= e.clientWidth")
        if on.is_disabled():
            break
        on.evaluate("e => e.click()")
    page.close()


def test_too_much_and_nothing_at_all_are_refused():
    net = Network.dense([100, 100, 2], dtype="float64", seed=0)
    wide = walk_of(Ask(net, np.zeros(100), [0.0, 0.0]), "wide")
    with pytest.raises(InputError, match="--at ADDRESS"):
        walk_page([wide])
    with pytest.raises(InputError, match="no walk"):
        walk_page([])


# -- in a browser ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def context(chromium: Any) -> Any:
    """One window of the browser, with motion reduced and a screen that can be touched."""
    return chromium.new_context(reduced_motion="reduce", has_touch=True)


# What is read of the number that is pointed at, and which numbers are lit for it.
READ = r"""() => {
    const text = (id) => (document.getElementById(id)?.textContent ?? "").replace(/^= /, "");
    const all = (what) => [...document.querySelectorAll(what)];
    const places = (what) => [...new Set(all(what).map((e) => e.dataset.a))].sort();
    return {
        at: document.getElementById("answer").dataset.at,
        title: text("answer-title").replace(/\s+/g, " "),
        value: text("value"), meaning: text("meaning"),
        formula: text("formula"), substituted: text("substituted"),
        algebra: text("algebra"), shapes: text("shapes"), note: text("note"),
        depends: all("#depends code").map((e) => e.textContent),
        lit: places(".lit[data-a]"), there: places("[data-a]"),
    };
}"""


class Opened:
    """A page in the browser, with whatever it complained of or asked for."""

    def __init__(self, page: Any, file: Path) -> None:
        self.page, self.file = page, file
        self.complaints: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))

    def go(self, place: str = "") -> None:
        self.page.goto(f"{self.file.as_uri()}#{place}")
        self.page.wait_for_selector("#answer[data-at]")

    def answer(self) -> dict[str, Any]:
        return self.page.evaluate(READ)

    def stages(self, what: str) -> list[dict[str, Any]]:
        """Stage by stage its title, and what is read at each of these numbers in the focus."""
        return self.page.evaluate(
            f"""() => [...document.querySelectorAll("#strip button")].map((button) => {{
                button.focus();
                button.click();
                const first = ({READ})();
                const read = [...document.querySelectorAll("{what}")].map((e) => {{
                    e.focus({{ preventScroll: true }});
                    return {{ ...({READ})(), focused: e.dataset.a }};
                }});
                const title = document.getElementById("stage-title").textContent;
                return {{ title, first, read, width: document.documentElement.scrollWidth }};
            }})"""
        )

    def arrive(self, address: str) -> None:
        self.page.wait_for_selector(f"#answer[data-at='{address}']", timeout=5000)


@pytest.fixture
def opened(context: Any, tmp_path: Path) -> Iterator[Any]:
    pages: list[Opened] = []

    def open_page(
        walks: list[Walk], place: str = "", width: int = 1280, scheme: str = "light"
    ) -> Opened:
        file = tmp_path / f"walk{len(pages)}.html"
        file.write_text(walk_page(walks), encoding="utf-8")
        page = Opened(context.new_page(), file)
        page.page.set_viewport_size({"width": width, "height": 1400 if width > 500 else 700})
        page.page.set_default_timeout(10_000)
        page.page.emulate_media(color_scheme=scheme)
        pages.append(page)
        page.go(place)
        return page

    yield open_page
    for page in pages:
        page.page.close()
        assert page.complaints == []
        assert {url.split("#")[0] for url in page.requests} == {page.file.as_uri()}


def agrees(read: dict[str, Any], told: Walk) -> None:
    """What is read at a number is what the record of the walk has there."""
    answer = answers_of(told)[read["at"]]
    record = to_plain(answer)
    assert read["value"] == number(record["value"], answer.digits)
    assert read["title"] == f"{record['symbol']} {record['address']}"
    assert read["meaning"] == record["meaning"]
    assert read["formula"] == record["formula"].replace("e-", "e−")
    assert read["substituted"] == answer.put_in(answer.digits_put_in).replace("-", "−")
    assert read["depends"] == record["depends_on"][:60]
    assert read["algebra"] == record["algebra"]
    assert read["note"] == record["note"]
    for name, shape in record["shapes"].items():
        assert f"{name} {shape[0]}×{shape[1] if len(shape) > 1 else 1}" in read["shapes"]
    assert read["lit"] == sorted(set(record["depends_on"]) & set(read["there"]))


@pytest.mark.parametrize("walks", [WALKS[:2], [walk(SOFTMAX, 3, "neuron")]], ids=["worked", "tall"])
def test_every_number_answers_to_the_focus_at_every_stage(opened: Any, walks: list[Walk]):
    page = opened(walks)
    for position, told in enumerate(walks):
        page.page.locator("#update").select_option(str(position))
        computed = {q.address for q in told.quantities}
        computed -= {address for stage in told.stages for address in stage.addresses}
        seen: set[str] = set()
        for stage, shown in zip(told.stages, page.stages(".num"), strict=True):
            own = set(stage.addresses)
            computed |= own
            assert shown["title"] == stage.title
            assert shown["first"]["at"] == stage.addresses[0]
            assert own <= set(shown["first"]["there"]) <= computed
            for answer in told.answers(stage):
                assert set(answer.depends_on) <= set(shown["first"]["there"])
            for read in shown["read"]:
                assert read["at"] == read["focused"]
                agrees(read, told)
            seen |= {read["at"] for read in shown["read"]}
        assert seen == {q.address for q in told.quantities}


def test_every_number_answers_to_the_mouse(opened: Any):
    page, seen = opened([WALKS[1]]), set()
    for n, what in ((4, ".num.now"), (6, ".num.now"), (7, "svg .num.now"), (13, "svg .num")):
        page.page.locator(f"#strip button[data-stage='{n}']").click()
        places = page.page.locator(what).evaluate_all(
            """all => all.map((e) => {
                const box = (e.querySelector(".hit") ?? e).getBoundingClientRect();
                return [e.dataset.a, box.x + box.width / 2, box.y + box.height / 2];
            })"""
        )
        for address, x, y in places:
            page.page.mouse.move(x, y)
            page.arrive(address)
            agrees(page.answer(), WALKS[1])
            seen.add(address)
    assert len(seen) == 34


def test_arrows_step_forward_and_back_through_stages_and_updates(opened: Any):
    page = opened(WALKS[1:])
    keyboard = page.page.keyboard
    where = """["update", "stage-title"].map((id) => document.getElementById(id))
        .map((e) => e.value ?? e.textContent)"""
    walks = WALKS[1:]
    told = [(str(n), stage.title) for n, one in enumerate(walks) for stage in one.stages]

    def here() -> tuple[str, str]:
        return tuple(page.page.evaluate(where))

    way = [here()]
    for _ in told[1:]:
        keyboard.press("ArrowRight")
        way.append(here())
    assert way == told
    assert page.page.locator("#on").is_disabled()
    back = [here()]
    for _ in told[1:]:
        keyboard.press("ArrowLeft")
        back.append(here())
    assert back == told[::-1]
    assert page.page.locator("#back").is_disabled()
    keyboard.press("ArrowRight")
    keyboard.press("Shift+ArrowRight")
    assert here() == ("1", told[1][1])
    agrees(page.answer(), walks[1])
    page.page.locator("#update-back").click()
    agrees(page.answer(), walks[0])
    page.page.locator("#update-on").click()
    page.page.locator("#update-back").click()
    assert here() == told[1]


def test_a_dependency_is_a_way_to_go_and_to_come_back(opened: Any):
    page = opened(WALKS, "after=1&stage=12")
    address = "new.W1[0,0]"
    for onward in ("dW1[0,0]", "delta1[0]", "delta2[1]", "a2[1]", "z2[1]", "W2[1,0]"):
        page.page.locator(f"#depends [data-go='{onward}']").click()
        assert page.answer()["at"] == onward
        agrees(page.answer(), WALKS[1])
        assert page.page.locator("#return").inner_text() == f"← {address}"
        address = onward
    for before in ("z2[1]", "a2[1]", "delta2[1]"):
        page.page.locator("#return").click()
        assert page.answer()["at"] == before
    page.page.locator("#into [data-go='dW2[1,0]']").click()  # forward, though still to come
    agrees(page.answer(), WALKS[1])


def test_a_click_keeps_an_answer_until_it_is_let_go(opened: Any):
    page = opened([WALKS[0]], "stage=4")
    one, other = (page.page.locator(f"#picture [data-a='{a}']") for a in ("a1[0]", "x[1]"))
    one.click()
    other.hover()
    page.page.wait_for_timeout(120)
    assert page.answer()["at"] == "a1[0]"
    one.click()
    other.hover()
    page.arrive("x[1]")


def test_keys_go_into_the_answer_and_out_again(opened: Any):
    page = opened([WALKS[0]], "stage=7")
    page.page.locator("#picture [data-a='delta1[1]']").focus()
    page.page.keyboard.press("Enter")
    active = "document.activeElement.dataset.go ?? document.activeElement.dataset.a"
    assert page.page.evaluate(active) == "delta2[0]"
    page.page.keyboard.press("Enter")
    assert page.answer()["at"] == "delta2[0]"
    page.page.keyboard.press("Escape")
    assert page.page.evaluate(active) == "delta2[0]"
    page.page.locator("#live", has_text="delta2[0], delta, ∂L/∂z, layer 2").wait_for(
        state="attached"
    )


def test_arrows_go_through_the_drawing_and_about_a_matrix(opened: Any):
    page = opened([WALKS[0]], "stage=8")
    numbers = page.page.locator("#picture .num")
    addresses = numbers.evaluate_all("all => all.map((e) => e.dataset.a)")
    numbers.first.focus()
    page.page.keyboard.press("Home")
    way = [page.answer()["at"]]
    for _ in addresses[1:]:
        page.page.keyboard.press("ArrowRight")
        way.append(page.answer()["at"])
    assert way == addresses
    page.page.locator("#equation [data-a='dW2[0,0]']").focus()
    for key, address in [
        ("ArrowDown", "dW2[1,0]"),
        ("ArrowRight", "dW2[1,1]"),
        ("ArrowUp", "dW2[0,1]"),
        ("ArrowLeft", "dW2[0,0]"),
    ]:
        page.page.keyboard.press(key)
        assert page.answer()["at"] == address


def test_each_group_of_numbers_is_one_stop_of_the_tab_key(opened: Any):
    page = opened([WALKS[0]], "stage=10")
    page.page.locator("#picture [data-a='a2[0]']").focus()
    page.page.locator("#equation [data-a='delta1[1]']").focus()
    stops = page.page.locator("#picture svg, #equation table").evaluate_all(
        "groups => groups.map((g) => g.querySelectorAll('[tabindex=\"0\"]').length)"
    )
    assert len(stops) > 2
    assert set(stops) == {1}
    unnamed = page.page.locator("button, select, .num").evaluate_all(
        "all => all.filter((e) => !(e.ariaLabel || e.textContent.trim() || e.labels?.length))"
        ".map((e) => e.outerHTML)"
    )
    assert unnamed == []
    levels = page.page.locator("h1, h2, h3").evaluate_all("all => all.map((e) => +e.tagName[1])")
    assert levels[0] == 1
    assert all(later - now <= 1 for now, later in pairwise(levels))


@pytest.mark.parametrize("walks", [[WALKS[0]], [walk(SOFTMAX, 0)]], ids=["worked", "tall"])
def test_a_narrow_window_scrolls_one_way_only(opened: Any, walks: list[Walk]):
    page = opened(walks, width=360)
    assert {shown["width"] for shown in page.stages(".none")} == {360}
    page.page.locator("#strip button").nth(3).tap()
    tapped = page.page.locator("#picture [data-a='a1[1]']")
    tapped.tap()
    assert page.answer()["at"] == "a1[1]"
    agrees(page.answer(), walks[0])


def test_on_a_phone_the_answer_hides_nothing_of_the_drawing_it_explains(opened: Any):
    page = opened([WALKS[0]], "stage=7", width=390).page
    page.set_viewport_size({"width": 390, "height": 800})
    box = "name => document.getElementById(name).getBoundingClientRect().toJSON()"
    for address in ("x[0]", "a1[1]", "z2[0]", "loss"):
        page.locator(f"#picture .num[data-a='{address}']").tap()
        drawing, answer = (page.evaluate(box, name) for name in ("picture", "answer"))
        assert 0 <= drawing["top"] < drawing["bottom"] <= answer["top"] < 700, address
        assert address in page.locator("#answer").inner_text()


def test_the_whole_network_is_seen_in_a_window_of_middling_width(opened: Any):
    page = opened([WALKS[0]], width=1100)
    assert page.page.locator("#picture").evaluate("(e) => e.scrollWidth <= e.clientWidth")


def test_text_is_legible_on_both_grounds(opened: Any):
    """4.5:1 at least between text and what it stands on, by the formula of WCAG 2."""
    for scheme in ("light", "dark"):
        page = opened([WALKS[0]], "stage=7", scheme=scheme)
        found = page.page.evaluate(
            """() => {
                const paint = document.createElement("canvas").getContext(
                    "2d", { willReadFrequently: true });
                const rgb = (colour) => {
                    paint.fillStyle = colour;
                    paint.fillRect(0, 0, 1, 1);
                    return [...paint.getImageData(0, 0, 1, 1).data].slice(0, 3);
                };
                const style = (what) => getComputedStyle(document.querySelector(what));
                return [
                    ["body", "color", "body", "backgroundColor"],
                    [".network", "color", "body", "backgroundColor"],
                    ["#value", "color", "#answer", "backgroundColor"],
                    ["#meaning", "color", "#answer", "backgroundColor"],
                    ["#on", "color", "#on", "backgroundColor"],
                    [".formula .ref", "color", ".formula .ref", "backgroundColor"],
                    ["td.lit", "color", "td.lit", "backgroundColor"],
                    ["svg .num.now .val", "fill", "svg .num.now .hit", "fill"],
                    ["svg .num .sym", "fill", ".card.neuron .body", "fill"],
                    [".edge.plus > text", "fill", ".edge:not(.lit) > .hit", "fill"],
                ].map(([a, b, c, d]) => [a, rgb(style(a)[b]), rgb(style(c)[d])]);
            }"""
        )
        for what, ink, ground in found:
            assert contrast(ink, ground) >= 4.5, (scheme, what)
        dark = sum(found[0][2]) < 128
        assert dark == (scheme == "dark")


def contrast(one: list[int], other: list[int]) -> float:
    def light(colour: list[int]) -> float:
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
                  for c in (channel / 255 for channel in colour)]  # fmt: skip
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((light(one), light(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_samples_of_a_batch_are_told_one_at_a_time(opened: Any):
    told = batch([2, 3, 2], 3)
    page = opened([told], "stage=3")
    page.page.locator("#sample").select_option("2")
    for address in ("z1[1]@2", "x[0]@2", "a1[0]@2", "W2[1,2]"):
        page.page.locator(f"#picture [data-a='{address}']").last.focus()
        agrees(page.answer(), told)
    assert not any(address.endswith("@0") for address in page.answer()["there"])
    page.page.locator("#strip button[aria-label*='of the weights of layer 1']").click()
    page.page.locator("#depends [data-go='delta1[0]@1']").click()
    assert page.page.locator("#sample").input_value() == "1"
    agrees(page.answer(), told)


def test_an_optimizer_s_memory_is_told_too(opened: Any):
    net = Network.dense([2, 2, 1], hidden="tanh", output="sigmoid", seed=0)
    told = walk_of(Ask(net, [0.5, 1.0], [1.0], optimizer=Adam(0.01)), "a net in float32")
    page = opened([told])
    for stage, shown in zip(told.stages, page.stages(".num.now"), strict=True):
        assert shown["title"] == stage.title
        assert {read["at"] for read in shown["read"]} == set(stage.addresses)
        for read in shown["read"]:
            agrees(read, told)


def test_a_wide_layer_does_not_hold_the_page_up(opened: Any):
    rng = np.random.default_rng(0)
    net = Network.dense([40, 60, 10], hidden="relu", output="softmax", dtype="float64", seed=0)
    told = walk_of(Ask(net, rng.normal(size=40), np.eye(10)[3]), "wide")
    assert len(told.quantities) > 9_000
    page = opened([told], "stage=1")
    read = page.answer()
    assert read["depends"][-2:] == ["rest.z1[0]", "b1[0]"]
    agrees(read, told)
    page.page.locator("#depends [data-go='rest.z1[0]']").click()
    agrees(page.answer(), told)
    longest = page.page.evaluate(
        """() => Math.max(...["dW1", "new.W1"].map((array) => {
            const all = [...document.querySelectorAll("#strip button")];
            const button = all.find((e) => e.textContent === array);
            const start = performance.now();
            button.click();
            document.body.getBoundingClientRect();
            return performance.now() - start;
        }))"""
    )
    assert longest < 1500  # ms, on the slowest of machines
