"""The report's page is whole HTML that fetches nothing, and is readable wherever it is opened."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from glassnet.core.network import Network
from glassnet.data import load_data
from glassnet.files.plain import from_json, to_json
from glassnet.training import Recipe, fit
from glassnet.training.events import History
from glassnet.training.measure.estimate import Figure
from glassnet.training.measure.report import About, Report, make_report
from glassnet.training.recipe.recipe import fit_settings, prepare, recipe_for
from glassnet.views.html.report_page import report_page
from glassnet.views.svg.charts import Line, curves, heat_map, reliability, scatter, ticks

VOID = {"meta", "img", "link", "br"}
FIGURES = {
    "accuracy": Figure(0.973, 0.9, 0.99, "Wilson, 95 %"),
    "log_loss": Figure(0.123, None, None, ""),
}
BASELINES = {"majority": {"accuracy": 0.4}, "linear model": {"accuracy": 0.96}}
BEATS = "The network beats the linear model."


def reported(name: str) -> tuple[Report, Network]:
    data = load_data(name)
    recipe = recipe_for(data, epochs=3, hidden=(8,), validation=0.2, early_stopping=2)
    net, parts = prepare(data, recipe)
    history = History()
    for event in fit(net, parts.X, parts.y, **fit_settings(recipe)):
        history = getattr(event, "history", history)
    about = About(
        data=data.name, about=data.about, source=data.source, test=data.test_rows,
        settings=recipe, command=f"glassnet train {name} --report out.html",
        versions={"numpy": np.__version__},
    )  # fmt: skip
    report = make_report(
        net, *parts, history, about=about, features=data.features, image_shape=data.image_shape
    )
    return with_figures(report, FIGURES, BASELINES, BEATS), net


def with_figures(
    report: Report, figures: dict[str, Figure], baselines: dict[str, Any], verdict: str
) -> Report:
    found = report.estimate
    found = replace(found, figures=found.figures | figures, baselines=baselines, verdict=verdict)
    return replace(report, estimate=found)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: report_page(*reported(name)) for name in ("iris", "digits", "sine")}


class Reader(HTMLParser):
    """The page's tags in order, each closed; and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize("name", ["iris", "digits", "sine"])
def test_the_page_is_whole_and_fetches_nothing_from_elsewhere(pages, name):
    reader = Reader(pages[name])
    for tag, attributes in reader.seen:
        assert tag not in {"script", "iframe", "object", "base", "form"}
        for key in ("src", "href", "xlink:href", "action", "srcset"):
            assert re.match(r"data:|#|$", attributes.get(key) or "")
        assert not any(key.startswith("on") for key in attributes)
    assert not re.search(r"https?:|url\(|@import|xmlns", pages[name])
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    assert policy in pages[name]


@pytest.mark.parametrize("name", ["iris", "digits", "sine"])
def test_headings_are_in_order_and_every_link_of_the_contents_leads_somewhere(pages, name):
    seen = Reader(pages[name]).seen
    levels = [int(tag[1]) for tag, _ in seen if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert max(b - a for a, b in pairwise(levels)) <= 1
    places = [a["id"] for _, a in seen if "id" in a]
    assert len(places) == len(set(places))
    links = [a["href"] for tag, a in seen if tag == "a"]
    assert links
    assert {link.removeprefix("#") for link in links if link} <= set(places)
    assert all("alt" in a for tag, a in seen if tag == "img")
    assert all(a.get("aria-label") for tag, a in seen if a.get("role") in ("region", "img")
               and tag != "svg")  # fmt: skip


def test_what_is_asked_of_a_report_is_in_it(pages):
    words = {name: Reader(page).words for name, page in pages.items()}
    parts = [
        "How good it is", "The data", "Training", "The worst mistakes", "What the inputs do",
        "The network", "How to get the same again", "The network beats the linear model.",
    ]  # fmt: skip
    for name in words:
        for part in [*parts, f"glassnet train {name} --report out.html"]:
            assert part in words[name]
    assert "97.3\u00a0%" in words["iris"]
    assert "between 90.0\u00a0% and 99.0\u00a0%, Wilson, 95 %" in words["iris"]
    assert "petal width (cm)" in words["iris"]
    assert "What was taken for what" in words["digits"]
    assert "Predicted and true" in words["sine"]
    assert "What was taken for what" not in words["sine"]


def test_every_confusion_is_a_cell():
    report, net = reported("iris")
    page = report_page(report, net)
    cells = re.findall(r'<td class="(?:right|wrong|none)" style="--v:[\d.]+">(\d+)</td>', page)
    assert [int(cell) for cell in cells] == [n for row in report.estimate.confusion for n in row]


def test_of_very_many_classes_the_most_frequent_confusions_are_listed():
    n = 40
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(400, 3)), np.arange(400) % n
    net = Network.dense([3, n], output="softmax", seed=0)
    net.classes = list(range(n))
    page = report_page(make_report(net, X, y, X, y, History()))
    assert 'class="confusion"' not in page
    assert "The most frequent" in page
    assert "classes more" in page


def test_names_from_the_data_cannot_break_out_of_their_place():
    trap = '</style><script>alert("x")</script>&<b onload=1>'
    X, y = np.random.default_rng(0).normal(size=(20, 2)), np.array([trap, "b"] * 10)
    net = Network.dense([2, 2], output="softmax", seed=0)
    net.classes = [trap, "b"]
    about = About(
        data=trap, about=trap, source=trap, licence=trap, notes=(trap,), test=trap,
        targets=(trap,), command=trap, versions={trap: trap},
        settings=Recipe(loss=trap, initializer=trap),
    )  # fmt: skip
    history = History([{"epoch": 1, "loss": 1.0}], message=trap)
    report = make_report(net, X, y, X, y, history, about=about, features=[trap, "x"])
    columns = [replace(one, kind=trap, why=trap, used=False) for one in report.columns]
    figures, baselines = {trap: Figure(1.0, 0.0, 1.0, trap)}, {trap: {trap: 1.0}}
    page = report_page(
        replace(with_figures(report, figures, baselines, trap), columns=columns), net
    )
    tags = {tag for tag, _ in Reader(page).seen}
    assert "script" not in tags
    assert "b" not in tags
    assert page.count("<style>") == page.count("</style>") == 1


def test_a_class_of_images_cannot_break_out_either():
    trap = "<b>&'\""
    X, y = np.eye(4, dtype=np.uint8)[[0, 1] * 5], np.array([trap, "b"] * 5)
    net = Network.dense([4, 2], output="softmax", seed=0)
    net.classes = ["b", trap]
    page = report_page(make_report(net, X, y, X, y, History(), image_shape=(2, 2)))
    assert "b" not in {tag for tag, _ in Reader(page).seen}
    assert page.count("data:image/png") == 20


def test_a_report_with_next_to_nothing_is_a_page_too():
    X, y = np.ones((2, 1)), np.array([0, 1])
    net = Network.dense([1, 2], output="softmax", seed=0)
    net.classes = [0, 1]
    page = report_page(make_report(net, X, y, X, y, History()))
    Reader(page)
    assert "A network: report" in page
    assert ">Training<" not in page


@pytest.mark.parametrize("name", ["iris", "digits", "sine"])
def test_a_report_read_back_from_json_gives_the_same_page(name):
    report, net = reported(name)
    again = from_json(Report, to_json(report))
    assert report_page(again, net) == report_page(report, net)


# -- charts --------------------------------------------------------------------------------


SVG = "{http://www.w3.org/2000/svg}"


def paths_of(chart: str, style: str) -> list[list[tuple[float, float]]]:
    """The points of every line of that style."""
    paths = ElementTree.fromstring(chart).iter(f"{SVG}path")
    lines = [re.findall(r"[ML]([\d.-]+),([\d.-]+)", p.get("d", "")) for p in paths
             if p.get("class") == style]  # fmt: skip
    return [[(float(x), float(y)) for x, y in line] for line in lines]


def points_of(chart: str) -> list[list[tuple[float, float]]]:
    return paths_of(chart, "train")


def texts_of(chart: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(chart).iter(f"{SVG}text")]


def test_a_curve_falls_where_its_values_fall_and_fills_the_axes():
    (line,) = points_of(curves([Line("a", "train", [1, 2, 3], [9.0, 7.0, 8.0])], "epoch", "loss"))
    (x1, y1), (x2, y2), (x3, y3) = line
    assert x1 < x2 < x3
    assert y1 < y3 < y2  # a picture's y grows downwards
    assert (y1 + y2) / 2 == pytest.approx(y3, abs=0.11)


def test_a_curve_over_decades_is_logarithmic():
    chart = curves([Line("a", "train", [1, 2, 3], [1.0, 0.1, 0.01])], "epoch", "loss")
    ((_, y1), (_, y2), (_, y3)) = points_of(chart)[0]
    assert y2 - y1 == pytest.approx(y3 - y2, abs=0.11)
    assert "loss (logarithmic)" in chart


@pytest.mark.parametrize(
    "values",
    [[1.0], [2.0, 2.0], [0.0, 0.0], [float("nan"), 1.0], [float("inf")], [-1e300, 1e300], [None]],
)
def test_strange_values_are_drawn_or_left_out(values):
    x = list(range(1, len(values) + 1))
    chart = curves([Line("a", "train", x, values)], "epoch", "loss", (1.0, "kept"))
    assert "nan" not in chart
    assert (
        len(points_of(chart)) == (sum(np.isfinite(v) for v in values if v is not None) > 1)
        if chart
        else True
    )


def test_very_many_epochs_keep_their_last():
    n = 5000
    (line,) = points_of(
        curves([Line("a", "train", list(range(n)), list(np.linspace(1, 0.5, n)))], "epoch", "loss")
    )
    assert len(line) < 700
    assert line[-1][0] == 456  # the right end of the axis


def test_equal_pairs_lie_on_the_diagonal():
    chart = scatter([(1.0, 1.0), (5.0, 5.0), (9.0, 2.0), (1.0, float("nan"))], "true", "said")
    (((x1, y1), (x2, y2)),) = paths_of(chart, "diagonal")
    circles = list(ElementTree.fromstring(chart).iter(f"{SVG}circle"))
    assert len(circles) == 3
    off = [
        abs((y2 - y1) * (float(c.get("cx", 0)) - x1) - (x2 - x1) * (float(c.get("cy", 0)) - y1))
        for c in circles
    ]
    assert {"true", "said", "2", "8"} <= set(texts_of(chart))
    assert max(off[:2]) < 100 < off[2]


def test_the_reliability_of_a_perfect_bin_lies_on_the_diagonal():
    chart = reliability([(0.5, 0.5, 10), (1.0, 0.0, 30)])
    half, wrong = list(ElementTree.fromstring(chart).iter(f"{SVG}circle"))
    (((_, y1), (_, y2)),) = paths_of(chart, "diagonal")
    assert float(half.get("cy", 0)) == pytest.approx((y1 + y2) / 2, abs=0.11)
    assert float(wrong.get("cy", 0)) == y1
    assert float(wrong.get("r", 0)) > float(half.get("r", 0))


def test_the_heat_map_is_deepest_where_the_loss_rises_most_and_empty_below_zero():
    root = ElementTree.fromstring(heat_map(np.array([[0.0, 2.0, -1.0], [1.0, 0.5, 0.0]])))
    depth = [
        float(r.get("fill-opacity", -1)) for r in root.iter(f"{SVG}rect") if r.get("fill-opacity")
    ]
    assert depth == [0.0, 1.0, 0.0, 0.5, 0.25, 0.0]
    assert "block 1 from the top and 2 from the left" in root.findtext(f"{SVG}title", "")


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-3.2, 7.9), (1e-9, 5e-9), (0, 1e12), (5, 5)])
def test_ticks_are_round_even_and_within(low, high):
    found = ticks(low, high)
    assert 1 <= len(found) <= 7
    assert all(low - 1e-12 <= tick <= high + 1e-12 for tick in found)
    gaps = np.diff(found)
    assert np.allclose(gaps, gaps[:1] if len(gaps) else 0, rtol=1e-3)


# -- in a browser --------------------------------------------------------------------------


# Contrast as WCAG 2 has it, of the text of each element against the first ground behind it.
CONTRASTS = r"""() => {
    const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
    const known = new Map();
    const rgb = (text) => {
        if (!known.has(text)) {
            canvas.clearRect(0, 0, 1, 1);
            canvas.fillStyle = text; canvas.fillRect(0, 0, 1, 1);
            known.set(text, [...canvas.getImageData(0, 0, 1, 1).data]);
        }
        return known.get(text);
    };
    const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
        .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
        .reduce((sum, v, k) => sum + v * [0.2126, 0.7152, 0.0722][k], 0);
    const ground = (element) => {
        const layers = [];
        for (let e = element; e; e = e.parentElement) {
            const colour = rgb(getComputedStyle(e).backgroundColor);
            layers.push(colour);
            if (colour[3] === 255) break;
        }
        return layers.reverse().reduce((under, [r, g, b, a]) =>
            [r, g, b].map((v, k) => v * a / 255 + under[k] * (1 - a / 255)));
    };
    const told = "h1,h2,h3,p,td,th,dt,dd,a,li,caption,figcaption,summary,code,pre";
    return [...document.querySelectorAll(told)]
        .filter((e) => e.textContent.trim() && e.checkVisibility())
        .map((e) => {
            const [a, b] = [light(rgb(getComputedStyle(e).color)), light(ground(e))];
            return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.textContent.slice(0, 40)];
        }).sort((p, q) => p[0] - q[0])[0];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [380, 1200])
def test_it_is_readable_in_any_window_and_light(pages, chromium, tmp_path, width, scheme):
    context = chromium.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True
    )
    for name, content in pages.items():
        file = tmp_path / f"{name}.html"
        file.write_text(content, encoding="utf-8")
        page = context.new_page()
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, said=complaints: said.append(message.text))
        page.goto(file.as_uri())
        page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        contrast, where = page.evaluate(CONTRASTS)
        assert contrast >= 4.5, where
        ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert (int(re.findall(r"\d+", ground)[0]) < 60) == (scheme == "dark")
        # every region that is wider than the window can be reached, and scrolls, by keyboard
        wide = "[...document.querySelectorAll('*')].filter((e) => e.scrollWidth > e.clientWidth + 1"
        wide += " && getComputedStyle(e).overflowX === 'auto' && e.tabIndex !== 0).length"
        assert page.evaluate(wide) == 0
        assert page.evaluate("[...document.images].every((i) => i.complete && i.naturalWidth > 0)")
        assert complaints == []
        assert all(url == file.as_uri() or url.startswith("data:") for url in asked)
        page.close()
    context.close()


def test_its_own_policy_lets_its_style_and_images_in(pages, chromium, tmp_path: Path):
    file = tmp_path / "digits.html"
    file.write_text(pages["digits"], encoding="utf-8")
    page = chromium.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto(file.as_uri())
    assert page.evaluate("[...document.images].every((i) => i.naturalWidth > 0)")
    shade = "getComputedStyle(document.querySelector('.confusion .right')).backgroundColor"
    assert page.evaluate(shade) != "rgba(0, 0, 0, 0)"
    assert complaints == []
    page.close()
