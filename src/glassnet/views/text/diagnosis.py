"""A diagnosis as text for a terminal: each finding with its numbers, its reason, its advice."""

import math
import textwrap
from collections.abc import Iterator

from glassnet.explain.diagnosis.diagnose import Diagnosis
from glassnet.explain.diagnosis.finding import Finding

WIDTH = 80  # a terminal's: prose and short figures need no more
NUMBER = 14  # columns of a figure


def diagnosis_text(diagnosis: Diagnosis, name: str) -> str:
    """What was found in the run of that name, causes before what follows from them."""
    return "\n".join(_lines(diagnosis, name)).rstrip("\n") + "\n"


def _lines(diagnosis: Diagnosis, name: str) -> Iterator[str]:
    f = diagnosis.figures
    seen = f"{f.rows_looked_at or 0:,} of {f.rows:,} rows" if f.rows else "without its data"
    probes = f" and {len(f.probes)} steps" if f.probes else ""
    yield f"{name}: {f.last_step:,} updates, looked at by {seen}{probes}"
    for note in diagnosis.notes:
        yield from textwrap.wrap(note, WIDTH)
    yield ""
    for position, finding in enumerate(diagnosis.findings, start=1):
        yield from _finding(finding, position)
        yield ""


def _finding(finding: Finding, position: int) -> Iterator[str]:
    yield f"{position}. {finding.name} ({finding.severity}), from step {finding.step:,}"
    for what, value in finding.evidence:
        first, *rest = textwrap.wrap(what, WIDTH - NUMBER - 6, break_on_hyphens=False)
        yield f"   {figure(value):>{NUMBER}}   {first}"
        yield from (f"   {'':>{NUMBER}}   {line}" for line in rest)
    indent = {"initial_indent": "   ", "subsequent_indent": "   ", "break_on_hyphens": False}
    yield from textwrap.wrap(finding.explanation, WIDTH, **indent)
    yield from textwrap.wrap(
        f"→ {finding.advice}", WIDTH, **{**indent, "subsequent_indent": "     "}
    )


def figure(value: float) -> str:
    """A number to four digits, whole numbers in full.

    >>> figure(0.123456), figure(1200.0), figure(-math.inf)
    ('0.1235', '1,200', '−∞')
    """
    if not math.isfinite(value):
        return "not a number" if math.isnan(value) else ("∞" if value > 0 else "−∞")
    text = f"{value:,.0f}" if value == int(value) and abs(value) < 1e9 else f"{value:.4g}"
    return text.replace("-", "−", 1) if text.startswith("-") else text
