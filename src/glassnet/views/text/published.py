"""Published numbers beside ours, as text for a terminal and as Markdown."""

from collections.abc import Iterable, Iterator

from glassnet.tutor.published.examples import Compared, PublishedBesideOurs
from glassnet.views.text.wrapping import wrapped

WIDTH = 80  # the figures need less than a walk's matrices


def list_text(library: Iterable[PublishedBesideOurs]) -> Iterator[str]:
    """The library, part by part: each example with its source and its figures."""
    for published in library:
        lines = [
            published.name,
            *wrapped(published.title, "  "),
            *wrapped(published.source, "  "),
            "",
            *_figures(published),
            "",
        ]
        yield "\n".join(lines) + "\n"
    last = wrapped("Follow one by its name: glassnet walk nielsen-easy --steps 300")
    yield "\n".join(last) + "\n"


def figures_text(published: PublishedBesideOurs) -> str:
    """What stands below a walk: the published numbers beside ours."""
    title = wrapped(f"Published: {published.source}")
    return "\n".join([*title, *_figures(published)]) + "\n"


def figures_markdown(published: PublishedBesideOurs) -> str:
    """The same as a Markdown table, and below it why some differ."""
    rows = published.figures
    lines = [
        "## The published numbers", "", published.source + ".", "",
        "| | published | ours | |", "|---|---|---|---|",
    ]  # fmt: skip
    lines += [f"| {row.what} | {row.published} | {_ours(row)} | {_verdict(row)} |" for row in rows]
    reasons = list(dict.fromkeys(_reasons(rows)))
    return "\n".join([*lines, "", *(f"- {reason}" for reason in reasons)]).rstrip() + "\n"


def _figures(published: PublishedBesideOurs) -> Iterator[str]:
    rows = published.figures
    first = max(len(row.what) for row in rows)
    second = max(9, *(len(row.published) for row in rows))
    third = max(len(_ours(row)) for row in rows)
    yield f"  {'':<{first}}   {'published':>{second}}   {'ours':>{third}}"
    for row in rows:
        yield (
            f"  {row.what:<{first}}   {row.published:>{second}}   "
            f"{_ours(row):>{third}}   {_verdict(row)}"
        )
    for reason in dict.fromkeys(_reasons(rows)):
        yield from wrapped(reason, "    ")


def _ours(row: Compared) -> str:
    """To two decimals more than were printed, as far as float64 has them."""
    return f"{row.ours:.{min(row.decimals + 2, 15) if row.decimals else 0}f}"


def _verdict(row: Compared) -> str:
    if not row.same:
        return "differs"
    return "near" if row.near else "same"


def _reasons(rows: Iterable[Compared]) -> Iterator[str]:
    for row in rows:
        if row.why:
            yield f"{_verdict(row).capitalize()}: {row.why}"
