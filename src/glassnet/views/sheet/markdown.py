"""A worksheet as Markdown, to be filled in with any editor, or printed."""

from collections.abc import Iterator

from glassnet.explain import Answer
from glassnet.tutor.sheet.check import solved
from glassnet.tutor.sheet.exercise import Exercise
from glassnet.tutor.sheet.filled_in import BLANK, settings_mark
from glassnet.views.formula.latex import answer_latex
from glassnet.views.formula.markdown import WIDEST
from glassnet.views.sheet import words


def worksheet_markdown(exercise: Exercise, answers: bool = False) -> str:
    """The sheet with its blanks, or with the worked solution in them."""
    lines = [*head_lines(exercise, answers), *section_lines(exercise, answers), *_closing(answers)]
    return "\n".join(lines).rstrip() + "\n"


def head_lines(exercise: Exercise, answers: bool) -> Iterator[str]:
    """The mark of its settings, the title, what to do, the network, what is given."""
    yield f"<!-- {settings_mark(exercise.settings)} -->"
    yield ""
    yield f"# {words.title(exercise, answers)}"
    yield ""
    if not answers:
        yield words.task(exercise)
        yield ""
    yield "## The network"
    yield ""
    yield "```text"
    yield from words.drawing(exercise)
    yield "```"
    yield ""
    yield from (f"- {rule}" for rule in words.rules(exercise))
    yield ""
    yield words.NOTATION
    yield ""
    yield "## What is given"
    yield ""
    rows = words.given_rows(exercise)
    widest = max(len(cells) for _, cells in rows)
    yield "| | " + " | ".join([""] * widest) + " |"
    yield "|" + " --- |" * (widest + 1)
    for heading, cells in rows:
        told = [f"{address} = {value}" for address, value in cells]
        yield f"| {heading} | {' | '.join([*told, *[''] * (widest - len(told))])} |"
    yield ""


def section_lines(exercise: Exercise, answers: bool) -> Iterator[str]:
    """Every quantity with its blanks, or with its numbers and where they come from."""
    found = solved(exercise)
    for number, q in enumerate(exercise.quantities, start=1):
        yield f"## {number}. {q.title}"
        yield ""
        yield words.says(exercise, q)
        yield ""
        for address in q.addresses:
            value = words.fixed(found[address].value, exercise.settings.digits)
            yield f"- {address} = {value if answers else BLANK}"
        yield ""
        if answers:
            for address in q.addresses:
                yield from derivation_lines(found[address])


def derivation_lines(answer: Answer) -> Iterator[str]:
    """Where one number of the solution comes from, as a formula set apart."""
    yield "$$"
    yield answer_latex(answer, 9, WIDEST)
    yield "$$"
    yield ""


def _closing(answers: bool) -> list[str]:
    if answers:
        return []
    return [
        "---",
        "",
        f"Write each number in the place of its {BLANK}, save the file, and have it checked: "
        "`glassnet exercise --check FILE`. Blanks may stay empty.",
    ]
