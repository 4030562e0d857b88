"""Makes the README's moving picture: the page of `walk`, stepped through in a browser.

Run from the repository's root: .venv/bin/python scripts/make_moving_pictures.py [FOLDER]

It needs Chromium. The pictures are of the real page, a frame a stage: forward, the error, back
to one weight of the first layer, and its update.
"""

import io
import shutil
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from glassnet.explain import WORKED, walk
from glassnet.files.whole import write_whole
from glassnet.views.html.walk_page import walk_page

FRAMES = (  # (stage's array, the number told, seconds)
    ("z1", "z1[0]", 2.0), ("a1", "a1[0]", 1.6), ("z2", "z2[0]", 1.6), ("a2", "a2[0]", 1.6),
    ("loss", "loss", 2.2), ("delta2", "delta2[0]", 2.2), ("delta1", "delta1[0]", 2.8),
    ("dW1", "dW1[0,0]", 2.2), ("new.W1", "new.W1[0,0]", 2.8),
)  # fmt: skip
SIZE = {"width": 1080, "height": 668}
COLOURS = 96
HIDDEN = "header .network, .legend, section:has(#equation), .keys { display: none !important }"


def frames(page_file: Path) -> list[Image.Image]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        tab = browser.new_page(viewport=SIZE, reduced_motion="reduce", color_scheme="light")
        tab.goto(page_file.as_uri())
        tab.add_style_tag(content=HIDDEN)
        made = []
        for array, address, _ in FRAMES:
            tab.locator("#strip").get_by_text(array, exact=True).click()
            tab.locator(f"#picture .num[data-a='{address}']").first.hover()
            tab.wait_for_selector(f"#answer[data-at='{address}']")
            tab.wait_for_timeout(300)
            made.append(Image.open(io.BytesIO(tab.screenshot())).convert("RGB"))
        browser.close()
    return made


def as_gif(pictures: list[Image.Image]) -> bytes:
    # one palette for all, so that what stands still does not flicker
    sheet = Image.new("RGB", (pictures[0].width, sum(picture.height for picture in pictures)))
    for n, picture in enumerate(pictures):
        sheet.paste(picture, (0, n * picture.height))
    palette = sheet.quantize(COLOURS, dither=Image.Dither.NONE)
    first, *more = [p.quantize(palette=palette, dither=Image.Dither.NONE) for p in pictures]
    stream = io.BytesIO()
    first.save(
        stream, "GIF", save_all=True, append_images=more, loop=0, optimize=True,
        duration=[round(1000 * seconds) for *_, seconds in FRAMES],
    )  # fmt: skip
    return stream.getvalue()


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as aside:
        page = Path(aside) / "walk.html"
        page.write_text(walk_page([walk(WORKED, n) for n in range(11)]), encoding="utf-8")
        pictures = frames(page)
    write_whole(folder / "walk-page.gif", as_gif(pictures))


if __name__ == "__main__":
    here = Path(__file__).resolve().parents[1] / "docs" / "pictures"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else here)
