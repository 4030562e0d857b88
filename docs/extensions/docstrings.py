"""glassnet's docstrings as reStructuredText, and below each part the lines that compute it.

A docstring is plain text: `names` in backticks, equations in Unicode, a block set in for what is
to stand as it is. Its sections (Args, Returns, Raises, Attributes) are napoleon's to read.
"""

import inspect
import re
from collections.abc import Iterator
from textwrap import dedent
from typing import Any

SECTIONS = re.compile(r"(Args|Returns|Raises|Attributes|Yields):$")
COMPUTE = ("f", "df", "backward", "sample", "da", "delta", "update", "forward", "dx", "__call__")


def _line(text: str) -> str:
    """A line of plain text: what reStructuredText would read into it is escaped."""
    if text.lstrip().startswith(">>>"):
        return text
    pieces = re.split(r"`([^`]+)`", text)
    plain = [re.sub(r"([*|\\])|(?<=\w)(_)(?!\w)", r"\\\1\2", piece) for piece in pieces[::2]]
    named = [f"``{piece}``" for piece in pieces[1::2]]
    return "".join(x for pair in zip(plain, [*named, ""]) for x in pair)


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    """The paragraphs, each with the empty line after it."""
    block: list[str] = []
    for line in lines:
        block.append(line)
        if not line.strip():
            yield block
            block = []
    if block:
        yield block


def plain_to_rst(lines: list[str]) -> list[str]:
    """A docstring's lines as reStructuredText, for napoleon to go on with."""
    out: list[str] = []
    in_section = in_doctest = False
    for block in _blocks(lines):
        first = block[0]
        in_doctest = first.startswith(">>>")
        if SECTIONS.match(first):
            in_section = True
        elif first.strip() and not first.startswith(" "):
            in_section = False
        if in_doctest:
            out += block
        elif first.startswith("Returns:") and len(block) > 2:
            # napoleon would take what stands before a colon for a type
            out += [f":returns: {_line(' '.join(line.strip() for line in block[1:]))}", ""]
        elif first.startswith("    ") and first.strip() and not in_section:
            kind = "python" if "def " in "".join(block) or first.strip()[0] == "@" else "text"
            before = next((line for line in reversed(out) if line.strip()), "")
            if before.startswith("    "):  # goes on after an empty line
                out += block
            else:
                out += [f".. code-block:: {kind}", "", *block]
        else:
            out += [_line(line) for line in block]
    return out


def computing_lines(kind: type) -> list[str]:
    """The methods of a part that compute, as they stand in the source, without docstrings."""
    found = []
    for name in COMPUTE:
        method = vars(kind).get(name)
        if inspect.isfunction(method) and not getattr(method, "__isabstractmethod__", False):
            source = dedent(inspect.getsource(method))
            found.append(re.sub(r'\n    """.*?"""', "", source, flags=re.DOTALL).rstrip())
    return "\n\n".join(found).splitlines()


def _process(_app: Any, what: str, _name: str, thing: Any, _options: Any, lines: list[str]) -> None:
    if what == "method" and not str(thing.__module__).startswith("glassnet."):
        lines[:] = lines[: lines.index("")] if "" in lines else lines  # inherited from elsewhere
    lines[:] = plain_to_rst(lines)
    if what == "class" and thing.__module__.startswith("glassnet.core."):
        code = computing_lines(thing)
        if code:
            lines += ["", ".. code-block:: python", "", *(f"    {line}" for line in code), ""]


def setup(app: Any) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", _process, priority=100)  # before napoleon
    return {"parallel_read_safe": True}
