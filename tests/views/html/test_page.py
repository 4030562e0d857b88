"""What every page has: a policy that lets it fetch nothing, and whatever is put in escaped."""

import base64
import html
import io
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import glassnet.views
from glassnet.views.html.page import drawing, fill, png
from glassnet.views.html.tables import Table

TEMPLATES = Path(glassnet.views.__file__).parent / "templates"
POLICY = r"""<meta http-equiv="Content-Security-Policy" content="default-src 'none'; ([^"]+)">"""


def test_every_page_has_the_head_with_its_policy():
    pages = {path.name for path in TEMPLATES.glob("*.html")} - {
        "base.html",
        "pieces.html",
        "notebook.html",
    }
    assert pages == {"demo.html", "report.html", "walk.html", "sheet.html", "model.html"}
    for name in pages:
        text = (TEMPLATES / name).read_text(encoding="utf-8")
        assert text.startswith('{% extends "base.html" %}')
        assert "<head>" not in text
    page = fill("demo.html", title="A", lead="B", sections=[], commands=[])
    assert page.startswith("<!doctype html>\n<html")
    (policy,) = re.findall(POLICY, html.unescape(page))
    assert policy == (
        "style-src 'unsafe-inline'; img-src 'self' file: data:; base-uri 'none'; form-action 'none'"
    )


def test_what_is_put_in_is_escaped_in_every_place_of_a_table():
    trap = "<b onload='x'>&\""
    table = Table(trap, [trap, trap], [[trap, trap]], words=(1,))
    section = {"heading": trap, "paragraphs": [trap], "tables": [table], "pictures": []}
    page = fill("demo.html", title=trap, lead=trap, sections=[section], commands=[(trap, trap)])
    assert "<b " not in page
    assert page.count("&lt;b onload=&#39;x&#39;&gt;&amp;&#34;") == 13


def test_a_name_that_a_template_lacks_is_no_empty_place():
    with pytest.raises(Exception, match="'lead' is undefined"):
        fill("demo.html", title="A", sections=[], commands=[])


def test_a_drawing_within_a_page_needs_no_names():
    svg = '<?xml version="1.0"?>\n<svg xmlns="http://a" xmlns:xlink="http://b" width="1"/>'
    assert drawing(svg) == '<svg width="1"/>'


@pytest.mark.parametrize("shape", [(3, 5), (1, 1), (4, 2, 3)])
def test_a_png_holds_its_pixels(shape):
    pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    content = base64.b64decode(png(pixels).removeprefix("data:image/png;base64,"))
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(content))), pixels)


def test_what_makes_pages_is_imported_when_a_page_is_made_and_not_before():
    code = """if True:
        import sys
        from glassnet.cli import main
        from glassnet.cli.touring import tour  # which makes a page at its end
        try:
            main(["walk", "--at", "loss"])
        except SystemExit:
            pass
        print(*sorted({"jinja2", "PIL"} & set(sys.modules)), "end")
        from glassnet.views.html.demo_page import demo_page
        demo_page("A", "B", [])
        print(*sorted({"jinja2", "PIL"} & set(sys.modules)), "end")
    """
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.split("\n")[-3:-1] == ["end", "jinja2 end"]
