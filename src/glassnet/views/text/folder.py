"""A class's work as a table: a row a program, as text for a terminal and as CSV."""

import csv
import io
import textwrap
from collections.abc import Iterator

from glassnet.tutor.folder import CheckedFolder
from glassnet.views.text.walk import WIDTH

COLUMNS = ("file", "verdict", "what", "where", "seconds")
_FORMULAS = tuple("=+-@\t\r")  # with what a spreadsheet's formula begins
TOLD = 8  # files that are passed over, by their names


def folder_text(report: CheckedFolder) -> str:
    """The table, and what was passed over."""
    return "\n".join(_lines(report)) + "\n"


def _lines(report: CheckedFolder) -> Iterator[str]:
    width = max(len(program.file) for program in report.programs) if report.programs else 4
    room = max(WIDTH - width - 36, 30)
    head = f"{'file':{width}}  {'verdict':10}  {'where':14}  {'s':>5}  what"
    yield head.rstrip()
    for program in report.programs:
        start = f"{program.file:{width}}  {program.verdict:10}  {program.where:14}"
        what = textwrap.wrap(program.what, room, break_on_hyphens=False) or [""]
        first = f"{start}  {program.seconds:5.1f}  {what[0]}"
        yield first.rstrip()
        yield from (" " * (width + 37) + line for line in what[1:3])
    yield ""
    counts = ", ".join(f"{count} {verdict}" for verdict, count in report.counts.items())
    yield f"{len(report.programs)} programs: {counts or 'none'}."
    if report.passed_over:
        more = len(report.passed_over) - TOLD
        told = "; ".join(report.passed_over[:TOLD]) + (f"; and {more} more" if more > 0 else "")
        yield from textwrap.wrap(f"Passed over: {told}.", WIDTH, break_on_hyphens=False)


def folder_csv(report: CheckedFolder) -> str:
    """The same rows as CSV; a spreadsheet takes none of its cells for a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for program in report.programs:
        row = [str(getattr(program, name)) for name in COLUMNS]
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULAS) else cell for cell in row])
    return text.getvalue()
