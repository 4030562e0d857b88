"""The page that the demo leaves: what it did, in numbers and pictures, to look at in peace.

One HTML file beside its pictures: it fetches nothing from elsewhere and runs no script, so that
it can be opened from a disk, sent to a friend, or put behind any web server.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from glassnet.views.html.page import fill
from glassnet.views.html.tables import Table


@dataclass(frozen=True)
class Picture:
    """A picture that lies beside the page: its file's name, what it shows, and how to read it."""

    file: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Section:
    """A heading with paragraphs, and below them tables and pictures."""

    heading: str
    paragraphs: Sequence[str]
    tables: Sequence[Table] = ()
    pictures: Sequence[Picture] = ()


def demo_page(
    title: str,
    lead: str,
    sections: Sequence[Section],
    commands: Sequence[tuple[str, str]] = (),
    walk: str = "",
) -> str:
    """The page as HTML.

    Args:
        lead: one paragraph under the title.
        sections: in the order they are read.
        commands: what to try next, each with what it does.
        walk: the page beside it that steps through a network.
    """
    return fill(
        "demo.html", title=title, lead=lead, sections=sections, commands=commands, walk=walk
    )
