"""The studio in a page of the book: a page is built that has one, and opened in a browser."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from glassnet.explain import WORKED, walk
from glassnet.studio.opening import build_page

pytestmark = [pytest.mark.outside, pytest.mark.timeout(900)]
DOCS = Path(__file__).parents[2] / "docs"
WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]},
    "preload": False,  # it would ask for the sheets of a file, which no browser gives it
}
SLOW = 300_000  # milliseconds: only for what hangs
CONF = f"""
import sys
sys.path.insert(0, {str(DOCS / "extensions")!r})
extensions = ["myst_nb", "studio", "theme"]
html_theme = "furo"
html_static_path = [{str(DOCS / "static")!r}]
html_css_files = ["glassnet.css"]
html_js_files = ["glassnet.js"]
nb_execution_mode = "off"
nb_ipywidgets_js = {{}}
"""
WITH = """# With

```{studio} delta2
The sentence below it.
```

```{toctree}
without
```
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two pages, of which one has it, built as the book's are."""
    build_page(print)
    home = tmp_path_factory.mktemp("site")
    (home / "conf.py").write_text(CONF)
    (home / "index.md").write_text(WITH)
    (home / "without.md").write_text("# Without\n\nNothing.\n")
    subprocess.run([sys.executable, "-m", "sphinx", "-q", "-W", home, home / "built"], check=True)
    return home / "built"


@pytest.fixture
def opened(chromium: Any, site: Path) -> Iterator[Callable[..., Any]]:
    """Opens the page; in the end nothing was said to the console, and nobody else was asked."""
    told: list[str] = []
    contexts: list[Any] = []

    def open_page(**more: Any) -> Any:
        contexts.append(chromium.new_context(**more))
        page = contexts[-1].new_page()
        page.set_default_timeout(SLOW)
        page.on("console", lambda m: m.type in ("error", "warning") and told.append(m.text))
        page.on("pageerror", lambda error: told.append(str(error)))
        page.on("request", lambda r: r.url.startswith(("file:", "data:")) or told.append(r.url))
        page.goto((site / "index.html").as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not told


def value(page: Any, address: str) -> float:
    """A number of the drawing, pointed at and read in the answer."""
    page.locator(f'.picture .num[data-a="{address}"]').last.click()
    page.wait_for_selector(f'.answer [data-at="{address}"]')
    return float(page.text_content("#value").replace("−", "-"))


def test_steps_are_played_gone_back_and_pointed_at(opened: Callable[..., Any]):
    page = opened()
    page.wait_for_selector(".picture svg")
    assert page.text_content("#strip [aria-current]") == "delta2"
    page.select_option(".pace select", label="quick")
    page.click("#play")
    page.wait_for_selector("#strip [aria-current]:has-text('new.W1')")
    page.click("#play")
    assert page.text_content("#play") == "Play"
    stage = page.text_content("#strip [aria-current]")
    page.wait_for_timeout(700)
    assert page.text_content("#strip [aria-current]") == stage  # it rests
    scrub = page.locator(".scrub input")
    scrub.fill("0")
    assert page.text_content("#strip [aria-current]") == "z1"
    scrub.fill(scrub.get_attribute("max"))
    label = page.locator("#update option:checked").text_content()
    assert label.startswith("10,000 updates")
    for steps, option in ((0, "0"), (10_000, page.input_value("#update"))):
        page.select_option("#update", option)
        page.locator("#strip button", has_text="delta1").click()
        told = {each.address: each.value for each in walk(WORKED, steps).quantities}
        for address in ("W1[0,1]", "a2[1]", "delta1[0]"):
            assert value(page, address) == pytest.approx(told[address], rel=1e-6)


def test_nothing_that_takes_a_server_is_offered(opened: Callable[..., Any]):
    page = opened()
    page.wait_for_selector(".picture svg")
    assert page.locator(".movable, .mover, .nudge, [role=spinbutton]").count() == 0
    assert page.locator(".updates select").count() == 1  # of updates, and none for more of them


def test_only_a_page_that_has_it_loads_its_script(site: Path):
    assert "replay.js" in (site / "index.html").read_text("utf-8")
    assert "replay.js" not in (site / "without.html").read_text("utf-8")
    assert (site / "_static" / "replay.js").stat().st_size < 120_000


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_open_to_all_in_the_book_s_own_light(
    opened: Callable[..., Any], theme: str, width: int
):
    """The book's switch counts, whatever the system has."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    other = "dark" if theme == "light" else "light"
    page = opened(color_scheme=other, viewport={"width": width, "height": 900},
                  reduced_motion="reduce")  # fmt: skip
    page.wait_for_selector(".picture svg")
    page.evaluate(f"document.body.dataset.theme = '{theme}'")
    ground = "getComputedStyle(document.querySelector('.studio-replay > div').shadowRoot\
        .querySelector('.studio-body')).backgroundColor"
    expected = "rgb(244, 245, 243)" if theme == "light" else "rgb(20, 23, 28)"
    page.wait_for_function(f"{ground} === '{expected}'")
    found = axe.run(page, options=WCAG).response["violations"]
    ours = [n["html"][:150] for v in found for n in v["nodes"] if "replay" in str(n["target"])]
    assert ours == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_and_on_paper_its_drawing_stands_there(opened: Callable[..., Any]):
    page = opened(java_script_enabled=False)
    assert page.locator(".studio-replay .still").is_visible()
    page = opened()
    page.wait_for_selector(".picture svg")
    assert not page.locator(".studio-replay .still").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".studio-replay .still").is_visible()
    assert not page.locator(".picture svg").first.is_visible()
