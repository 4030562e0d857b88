"""The built documentation, in a browser: open to all, whole on a phone, and its search finds names.

The pages are those that `make docs` built.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import glassnet as gn

PAGES = Path(__file__).parents[2] / "docs" / "_build" / "html"
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
# Of the theme's own: none. The level that its captions lack is added, docs/extensions/theme.py.
EXCEPTED: set[str] = set()

CUT = """[...document.querySelectorAll('article :is(pre, img, svg, table, math)')].filter(thing => {
    const inside = thing.closest('.table-wrapper, div.math, pre');
    const scrolls = inside && inside.scrollWidth > inside.clientWidth + 1;
    return scrolls ? inside.tabIndex !== 0 : thing.getBoundingClientRect().right > innerWidth + 1;
}).map(thing => thing.tagName + ' ' + thing.textContent.trim().slice(0, 50))"""


def built() -> list[Path]:
    found = [page for page in sorted(PAGES.rglob("*.html")) if "_modules" not in page.parts]
    assert found, "there are no pages: make docs builds them"
    return found


@pytest.fixture(params=[("light", 1100), ("dark", 390)], ids=lambda look: f"{look[0]}-{look[1]}")
def tab(request: pytest.FixtureRequest, chromium: Any) -> Iterator[Any]:
    scheme, width = request.param
    with chromium.new_context(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",  # a colour on its way to another is no colour to judge
    ) as context:
        yield context.new_page()


@pytest.mark.timeout(600)
def test_every_page_is_open_to_all(tab):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = []
    for page in built():
        tab.goto(page.as_uri())
        for violation in axe.run(tab, options=WCAG).response["violations"]:
            if violation["id"] not in EXCEPTED:
                where = [node["target"] for node in violation["nodes"]]
                found.append((page.name, violation["id"], where[:3]))
    assert found == []


@pytest.mark.timeout(300)
def test_nothing_on_a_page_is_cut_off(tab):
    found = []
    for page in built():
        tab.goto(page.as_uri())
        if tab.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append((page.name, "the page is wider than the window"))
        found += [(page.name, cut) for cut in tab.evaluate(CUT)]
    assert found == []


@pytest.mark.timeout(300)
def test_the_search_finds_every_public_name(chromium):
    tab = chromium.new_page()
    lost = []
    for name in gn.__all__:
        if name != "__version__":
            tab.goto(f"{(PAGES / 'search.html').as_uri()}?q={name}")
            entry = f"#search-results li a[href*='reference/'][href$='#glassnet.{name}']"
            try:
                tab.wait_for_selector(entry, timeout=5000)
            except Exception:
                lost.append(name)
    assert lost == []
