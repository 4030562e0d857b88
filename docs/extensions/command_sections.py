"""Writes docs/made/commands.md: of each command what it does, how it is called, every option."""

import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docstring_parser

from glassnet.cli import COMMANDS, app
from glassnet.files.whole import write_whole


def _code(text: str) -> str:
    return f"`{text}`"


def _value(argument: Any) -> str:
    """What stands behind the option's name: its choices, or the kind of thing it takes."""
    if argument.get_choices():
        return "|".join(argument.get_choices())
    hint = str(argument.hint)
    if argument.hint is bool or hint == "bool | None":
        return ""
    for kind, word in (("int", "N"), ("float", "NUMBER"), ("Path", "PATH")):
        if kind in hint:
            return word
    return "TEXT"


def _default(argument: Any) -> str:
    default = argument.field_info.default
    if default is False or default in (None, inspect.Parameter.empty, "", ()):
        return ""
    return f" Without it: {_code(str(default))}."


def _told(text: str) -> str:
    """The help in Markdown: what looks like an option is code, where it is not within code."""
    text = " ".join(text.split())
    return re.sub(r"(`[^`]*`)|(?<![\w-])(--[a-z-]+)", lambda m: m[1] or _code(m[2]), text)


def options(command: Any) -> Iterator[tuple[str, str]]:
    """(how it is written, what it says) of each argument and option, in order."""
    for argument in command.assemble_argument_collection(parse_docstring=True):
        if argument.parameter.help is None or argument.names == ("*",):
            continue
        names = [name for name in argument.names if not name.startswith("--empty-")]
        value = "" if argument.index is not None else _value(argument)
        written = ", ".join(_code(f"{name} {value}".strip()) for name in names)
        yield written, _told(argument.parameter.help) + _default(argument)


def section(name: str) -> str:
    """A command's part of the page."""
    command = app[name]
    told = docstring_parser.parse(inspect.getdoc(command.default_command) or "")
    arguments = list(command.assemble_argument_collection(parse_docstring=True))
    places = [a for a in arguments if a.index is not None]
    call = " ".join(
        a.names[0] if a.field_info.default is inspect.Parameter.empty else f"[{a.names[0]}]"
        for a in places
    )
    parts = [f"## glassnet {name}", f"```text\nglassnet {name} {call} [OPTIONS]".replace("  ", " ")]
    parts[-1] += "\n```"
    parts += [_told(told.short_description or "")]
    parts += [_told(p) for p in (told.long_description or "").split("\n\n") if p.strip()]
    parts += [f"{written}\n: {said}" for written, said in options(command)]
    return "\n\n".join(parts)


def write_sections(application: Any) -> None:
    made = Path(application.srcdir) / "made"
    made.mkdir(exist_ok=True)
    text = "\n\n".join(section(name) for name, _, _ in COMMANDS)
    write_whole(made / "commands.md", text + "\n")


def setup(application: Any) -> dict[str, bool]:
    application.connect("builder-inited", write_sections)
    return {"parallel_read_safe": True}
