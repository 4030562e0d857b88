"""The page that the demo leaves: what it did, in numbers and pictures, to look at in peace.

One HTML file beside its pictures: it fetches nothing from elsewhere and runs no script, so that
it can be opened from a disk, sent to a friend, or put behind any web server.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from glassnet.views import colours


@dataclass(frozen=True)
class Picture:
    """A picture that lies beside the page: its file's name, what it shows, and how to read it."""

    file: str
    alt: str
    caption: str


@dataclass(frozen=True)
class Table:
    """Numbers, already written out; the first cell of each row is its heading."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


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
) -> str:
    """The page as HTML.

    Args:
        lead: one paragraph under the title.
        sections: in the order they are read.
        commands: what to try next, each with what it does.
    """
    parts = [f"<header><h1>{escape(title)}</h1><p>{escape(lead)}</p></header>", "<main>"]
    parts += [_section(section) for section in sections]
    if commands:
        parts.append(_commands(commands))
    parts.append("</main>")
    return _PAGE.format(title=escape(title), style=_STYLE, body="\n".join(parts))


def _section(section: Section) -> str:
    parts = [f"<h2>{escape(section.heading)}</h2>"]
    parts += [f"<p>{escape(text)}</p>" for text in section.paragraphs]
    parts += [_table(table) for table in section.tables]
    parts += [_picture(picture) for picture in section.pictures]
    return "<section>\n" + "\n".join(parts) + "\n</section>"


def _table(table: Table) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in table.head)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in rest)
        + "</tr>"
        for first, *rest in table.rows
    )
    caption = escape(table.caption)
    # a region of its own, reachable by keyboard, where the window is narrower than the table
    return (
        f'<div class="wide" role="region" aria-label="{caption}" tabindex="0"><table>'
        f"<caption>{caption}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{rows}\n</tbody></table></div>"
    )


def _picture(picture: Picture) -> str:
    file = escape(picture.file)
    return (
        f'<figure><a href="{file}"><img src="{file}" alt="{escape(picture.alt)}"></a>'
        f"<figcaption>{escape(picture.caption)}</figcaption></figure>"
    )


def _commands(commands: Sequence[tuple[str, str]]) -> str:
    items = "\n".join(
        f"<dt><code>{escape(command)}</code></dt><dd>{escape(what)}</dd>"
        for command, what in commands
    )
    return f"<section>\n<h2>What to try next</h2>\n<dl>\n{items}\n</dl>\n</section>"


_STYLE = f"""
:root {{ color-scheme: light dark; --ground: #ffffff; --ink: {colours.INK};
  --muted: {colours.MUTED}; --rule: {colours.RULE}; --code: #f0f2f5;
  --accent: {colours.POSITIVE}; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ground: #14171c; --ink: #e6e9ee; --muted: #a5adba; --rule: #363c47; --code: #232831;
    --accent: #7fb8ea; }}
}}
* {{ box-sizing: border-box; }}
body {{ margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 56rem; background: var(--ground);
  color: var(--ink); line-height: 1.55;
  font-family: system-ui, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }}
h1 {{ font-size: clamp(1.6rem, 5vw, 2.2rem); line-height: 1.2; margin: 0 0 .5rem; }}
h2 {{ font-size: 1.35rem; line-height: 1.3; margin: 3rem 0 .5rem; padding-top: 1.25rem;
  border-top: 1px solid var(--rule); }}
header p {{ font-size: 1.1rem; color: var(--muted); max-width: 44rem; margin: 0; }}
p {{ max-width: 44rem; }}
figure {{ margin: 1.5rem 0; }}
figure a {{ display: block; width: fit-content; max-width: 100%; }}
img {{ display: block; max-width: 100%; height: auto; border: 1px solid var(--rule);
  border-radius: 10px; background: {colours.PAPER}; }}
img[src$=".png"] {{ max-height: 36rem; object-fit: contain; }}
figcaption {{ color: var(--muted); font-size: .95rem; max-width: 44rem; margin-top: .5rem; }}
.wide {{ overflow-x: auto; margin: 1.25rem 0; }}
table {{ min-width: min(100%, 22rem); border-collapse: collapse;
  font-variant-numeric: tabular-nums; }}
caption {{ text-align: left; color: var(--muted); font-size: .95rem; padding-bottom: .4rem; }}
th, td {{ padding: .3rem 0 .3rem 1rem; border-bottom: 1px solid var(--rule); text-align: right;
  white-space: nowrap; }}
th:first-child {{ padding-left: 0; text-align: left; font-weight: 500; white-space: normal; }}
thead th, thead th:first-child {{ color: var(--muted); font-weight: 600; white-space: normal;
  vertical-align: bottom; }}
code {{ font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .92em;
  background: var(--code); padding: .15em .4em; border-radius: 5px; overflow-wrap: anywhere; }}
dt {{ margin-top: .9rem; }}
dd {{ margin: .15rem 0 0; color: var(--muted); }}
:focus-visible {{ outline: 2px solid var(--accent); outline-offset: 3px; }}
"""

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
{body}
</body>
</html>
"""
