"""`check` as a whole: which kind of file it is, its map, and the report."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.files.whole import read_text
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import PythonSource, read_source
from glassnet.tutor.report import CheckReport
from glassnet.tutor.skeleton.answers import answered
from glassnet.tutor.skeleton.check import check_skeleton, skeleton_style
from glassnet.tutor.style import style_remarks

_ENTRY = re.compile(r"\s*([Wb]\d+|x|y|run)\s*=\s*([^#]+?)\s*(#.*)?")
_IN_SCRIPT = re.compile(r"\s*#\s*glassnet:\s*(.+)")


def check_file(
    path: str | Path, *, mapping: Path | None = None, run: str = "", answer: bool = False,
    sandbox: Sandbox | None = None,
) -> CheckReport:  # fmt: skip
    """The report on a learner's file: a skeleton filled in, or any script or notebook.

    Args:
        mapping: a file with lines such as `W1 = w_hidden`; the script itself may hold them as
            comments, `# glassnet: W1 = w_hidden`.
        run: a line that makes and trains the network, to be run at the file's end; X and y, and
            the usual other names of data, are given there where the file has none of its own.
        answer: whether to tell also how the wrong step can be written.
        sandbox: where it runs; without one, in a new one with the usual limits.

    Raises: InputError where the file cannot be run, or no network can be found in it.
    """
    sandbox, path = sandbox or Sandbox(), Path(path)
    source = read_source(path)
    style = skeleton_style(source.tree)
    if style and run:
        raise InputError(
            f"{path} is a skeleton: its functions are checked one by one; without --run."
        )
    if style:
        report = check_skeleton(path, source, style, sandbox)
    else:
        from glassnet.tutor.script.check import check_stranger

        names = _names(source, mapping, run)
        report = check_stranger(path, source, names, sandbox)
    report = answered(report) if answer else replace(report, answer="")
    return replace(report, remarks=style_remarks(source))


def read_map(path: Path) -> dict[str, str]:
    """Quantity → the script's name for it. Raises: InputError for a line that is none."""
    instead = "expected a line for each name, such as `W1 = w_hidden`"
    lines = read_text(path, "the map", instead=instead).splitlines()
    names: dict[str, str] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = _ENTRY.fullmatch(line)
        if not found:
            raise InputError(
                f"{path}, line {number}: expected a quantity and its name in the script, such as "
                "`W1 = w_hidden`, with W1, b1, W2, …, x, y or run on the left; it says "
                f"{line.strip()[:60]!r}."
            )
        names[found[1]] = found[2]
    return names


@dataclass(frozen=True)
class DraftedMap:
    """A map of a script's names as far as it was found out, as `check --map` takes it."""

    kind, version = "map", 1

    map: str


def draft_map(path: Path, *, run: str = "", sandbox: Sandbox | None = None) -> str:
    """The first draft of a map: what was found in the script, the rest to be filled in.

    run: as for `check_file`.
    """
    from glassnet.tutor.script.check import drafted

    source = read_source(path)
    run = run or _names_in_script(source).get("run", "")

    lines = [
        f"# Which name in {path.name} is which. Correct it, then:",
        f"# glassnet check {path} --map THIS_FILE",
        *drafted(path, source, run, sandbox or Sandbox()),
    ]
    return "\n".join(lines) + "\n"


def _names(source: PythonSource, mapping: Path | None, run: str) -> dict[str, str]:
    """What the comments, the map and the line to run say. Raises: InputError for no such name."""
    names = _names_in_script(source) | (read_map(mapping) if mapping else {})
    text = "".join(source.text.split())
    for quantity, name in names.items():
        if quantity != "run" and "".join(name.split()) not in text:
            raise InputError(
                f"The map says that {quantity} is {name}, and {source.path.name} has no {name}: "
                "give its name as it stands in the file."
            )
    return names | ({"run": run} if run else {})


def _names_in_script(source: PythonSource) -> dict[str, str]:
    names: dict[str, str] = {}
    for line in source.text.splitlines():
        comment = _IN_SCRIPT.fullmatch(line)
        entry = _ENTRY.fullmatch(comment[1]) if comment else None
        if entry:
            names[entry[1]] = entry[2]
    return names
