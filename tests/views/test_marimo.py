"""What marimo itself makes of our objects: as an app and in its editor, wide and narrow."""

from pathlib import Path
from typing import Any

import pytest
from notebook_servers import CUT, keep_shot, marimo, page_of

pytestmark = [pytest.mark.outside, pytest.mark.timeout(900)]

# The text of marimo's bar whenever it changes.
FOLLOWED = """() => { window.seen = []; setInterval(() => {
    const bar = document.querySelector('marimo-progress');
    const text = bar && (bar.shadowRoot || bar).textContent;
    const told = text && (text.match(/epoch \\d+[^l]*/) || [])[0];
    if (told && told !== window.seen.at(-1)) window.seen.push(told);
}, 50) }"""


@pytest.mark.parametrize(
    ("mode", "theme", "width"),
    [("run", "light", 1100), ("run", "dark", 480), ("edit", "dark", 1100), ("edit", "light", 480)],
)
def test_everything_is_shown_and_the_bar_follows(
    tmp_path: Path, chromium: Any, mode: str, theme: str, width: int
):
    with marimo(tmp_path, mode, theme) as address, page_of(chromium, address, width) as page:
        page.add_init_script(f"({FOLLOWED})()")
        page.goto(address)
        page.wait_for_selector("text=400 epochs")
        page.wait_for_selector("text=the worked example: the first pass")
        page.wait_for_selector("text=A pass of 2 samples")
        seen = page.evaluate("() => window.seen")
        assert len(seen) >= 3
        assert seen[-1].strip() == "epoch 400/400, finished"
        outputs = page.query_selector_all(".output")
        keep_shot(page, f"marimo-{mode}-{theme}-{width}")
        for output in outputs:
            assert output.evaluate(CUT) == []
        images = page.query_selector_all("img[src^='data:image/svg']")
        assert len(images) == 3
        for image in images:
            assert image.evaluate("e => e.complete && e.naturalWidth > 0")
        formulas = [e for e in page.query_selector_all("math") if e.is_visible()]
        assert len(formulas) >= 4
        text = " ".join(" ".join(e.inner_text() for e in outputs).split())
        assert "loss = ½·((a2[0] − y[0])² + (a2[1] − y[1])²)" in text
