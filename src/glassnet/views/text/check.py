"""What `check` found as text for a terminal: stages, the first wrong number, the mistake."""

import re
from collections.abc import Iterator
from functools import partial

from glassnet.tutor.report import CheckReport, Wrong
from glassnet.views.text.walk import WIDTH
from glassnet.views.text.wrapping import wrapped


def check_text(report: CheckReport) -> str:
    """The report in full, or the hints in its place."""
    lines = _hints(report) if report.hints else _lines(report)
    return "\n".join(lines).rstrip("\n") + "\n"


def _hints(report: CheckReport) -> Iterator[str]:
    for number, sentence in enumerate(report.hints, 1):
        yield from _wrapped(f"Hint {number}. {sentence}", "", "  ")


def _lines(report: CheckReport) -> Iterator[str]:
    yield f"{report.file}: {report.style}"
    for sentence in report.found:
        yield from _wrapped(sentence, "  ")
    yield ""
    width = max((len(stage.name) for stage in report.stages), default=0)
    for stage in report.stages:
        mark = "✓" if stage.passed else "✗"
        yield f"  {mark} {stage.name:<{width}}   right in {stage.right} of {stage.trials} trials"
    if report.later:
        yield from _wrapped(f"· not looked at yet: {', '.join(report.later)}", "  ", "    ")
    if report.stages or report.later:
        yield ""
    if report.unwritten:
        yield from _wrapped(report.reason or _to_write(report.unwritten))
    elif report.wrong:
        yield from _wrong(report, report.wrong)
        yield ""
        yield from _reason(report)
    elif report.mistakes:
        yield from _reason(report)
    elif report.partly:
        yield from _wrapped(f"Judged in part. {report.partly}")
    else:
        steps = "Every step of its training that was followed is right."
        yield steps if report.style == "script" else "All of it is right."
    if report.lesson:
        yield ""
        yield from _wrapped(report.lesson.told)
    if report.answer:
        yield ""
        yield from _wrapped(_answers(report))
        yield ""
        yield from ("  " + line for line in report.answer.rstrip().splitlines())
    for note in report.notes:
        yield ""
        yield from _wrapped(f"Note: {note}", "", "  ")
    if report.remarks and report.passed:
        yield ""
        yield "On style:"
        for remark in report.remarks:
            yield from _wrapped(remark, "  ", "    ")


def _to_write(name: str) -> str:
    return (
        f"Next to write: {name}, in the place of `raise NotImplementedError`. The text in quotes "
        "below its first line says what it takes and gives."
    )


def _answers(report: CheckReport) -> str:
    """What stands above an answer: whose names are in it."""
    if report.style != "script":
        return f"One way to write {report.wrong_step}:"
    place = report.wrong.place if report.wrong else None
    if not report.answer.startswith("def "):
        return f"One way to write {place.where if place else 'it'}:"
    return (
        f"One way to write the {report.wrong_step}, in the names of `glassnet start`, with samples "
        "in columns:"
    )


def _wrong(report: CheckReport, wrong: Wrong) -> Iterator[str]:
    yield f"First wrong: {wrong.quantity}{_entry(wrong.quantity)}, on {wrong.case}"
    if wrong.expected:
        yield from _wrapped(f"expected   {wrong.expected}", "  ", "             ")
        yield from _wrapped(f"got        {wrong.got}", "  ", "             ")
    if wrong.place:
        yield from _wrapped(
            f"{wrong.place.where + ' ':<10} {wrong.place.source}", "  ", "             "
        )


def _entry(quantity: str) -> str:
    """What an entry's address means: of a matrix of weights, of a delta, of one sample's."""
    found = re.fullmatch(
        r"(?:new\.)?(?:d?(W)|d?b|delta|z|a)\d*\[(\d+)(?:,(\d+))?\](?:@(\d+))?", quantity
    )
    if found is None:
        other = re.search(r"\[(\d+),(\d+)\]$", quantity)
        return f" (row {other[1]}, column {other[2]})" if other else ""
    weights, neuron, place, sample = found.groups()
    more = f", input {place}" if weights and place else f", sample {sample}" if sample else ""
    return f" (neuron {neuron}{more})"


def _reason(report: CheckReport) -> Iterator[str]:
    mistakes = list(report.mistakes)
    if not mistakes:
        if said := report.unknown_in_words():
            yield from _wrapped(said)
        if report.address:
            yield from _wrapped(
                f"`glassnet walk --at '{report.address}'` shows where that number comes from in "
                "the worked example."
            )
        return
    if report.together:
        yield "Two mistakes at once give your numbers:"
        yield ""
    elif len(mistakes) > 1:
        yield f"One of these; no trial tells the {len(mistakes)} apart:"
        yield ""
    for mistake in mistakes:
        yield from _wrapped(f"{_sentence(mistake.title)}", "", "")
        yield from _wrapped(mistake.why, "  ")
        yield from _wrapped(f"yours    {mistake.wrong}", "    ", "             ")
        yield from _wrapped(f"right    {mistake.right}", "    ", "             ")
        yield ""
    if report.reason:
        yield from _wrapped(report.reason)
        yield ""
    if report.trials and all(mistake.changes for mistake in mistakes):
        both = "both of its runs" if report.style == "script" else "both trials"
        trials = {1: "the one run", 2: both}.get(report.trials, f"all {report.trials} trials")
        one = "any of these" if len(mistakes) > 1 and not report.together else "this"
        yield from _wrapped(
            f"A right program with {one} put into it gives exactly your numbers, in {trials}."
        )


def _sentence(title: str) -> str:
    return title[0].upper() + title[1:] + "."


_wrapped = partial(wrapped, width=WIDTH)
