"""Sentences broken into lines."""

import textwrap


def wrapped(text: str, first: str = "", rest: str | None = None, width: int = 80) -> list[str]:
    """The lines of a text, none broken at a hyphen or within a word; a blank line of no text.

    Args: first and rest, what the first line and every other begins with; rest is as the first.

    >>> wrapped("one two three", "- ", "  ", 8)
    ['- one', '  two', '  three']
    """
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=first if rest is None else rest,
        break_on_hyphens=False,
        break_long_words=False,
    ) or [first]
