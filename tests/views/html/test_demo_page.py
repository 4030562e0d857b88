"""The demo's page is whole HTML that fetches nothing, and says in words what its pictures show."""

import re
from html.parser import HTMLParser

from glassnet.views.html.demo_page import Picture, Section, demo_page
from glassnet.views.html.tables import Table

PAGE = demo_page(
    "A <title> & more",
    "The lead.",
    [
        Section(
            "First",
            ["A paragraph."],
            [Table("Numbers", ["", "before"], [["W1[0,0]", "0.15"]])],
            [Picture("network.svg", 'a "network"', "The caption.")],
        )
    ],
    [("glassnet walk > file", "what it does")],
)

VOID = {"meta", "img", "link", "br"}


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def read() -> Reader:
    reader = Reader()
    reader.feed(PAGE)
    assert reader.open == []
    return reader


def test_nothing_is_fetched_from_elsewhere():
    for tag, attributes in read().seen:
        assert tag not in {"script", "iframe"}
        for name in ("src", "href"):
            assert not re.match(r"(?!data:,$)[a-z]+:|/", attributes.get(name) or "")
    assert not re.search(r"https?:|url\(|@import", PAGE)
    assert "default-src 'none'" in PAGE


def test_its_policy_lets_the_pictures_beside_it_in(chromium, tmp_path):
    (tmp_path / "network.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', encoding="utf-8"
    )
    (tmp_path / "index.html").write_text(PAGE, encoding="utf-8")
    page, complaints = chromium.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.goto((tmp_path / "index.html").as_uri())
    assert page.evaluate("document.images[0].naturalWidth") == 9
    assert complaints == []
    page.close()


def test_pictures_have_words_and_headings_are_in_order():
    seen = read().seen
    (image,) = (attributes for tag, attributes in seen if tag == "img")
    assert image == {"src": "network.svg", "alt": 'a "network"'}
    assert [tag for tag, _ in seen if re.fullmatch("h[1-6]", tag)] == ["h1", "h2", "h2"]


def test_text_is_escaped():
    assert "A &lt;title&gt; &amp; more" in PAGE
    assert "glassnet walk &gt; file" in PAGE


def test_it_minds_dark_pages_and_narrow_windows():
    assert "prefers-color-scheme: dark" in PAGE
    assert 'name="viewport"' in PAGE


def test_the_rows_of_a_table_have_headings():
    assert '<th scope="row">W1[0,0]</th><td>0.15</td>' in PAGE
