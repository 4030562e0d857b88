"""A worksheet as Markdown, to be filled in with any editor, or printed."""

from collections.abc import Callable, Iterator

from glassnet.explain import Answer
from glassnet.tutor.sheet.exercise import Exercise
from glassnet.views.formula.latex import answer_latex
from glassnet.views.formula.markdown import WIDEST
from glassnet.views.sheet import words
from glassnet.views.sheet.words import Solution
from glassnet.views.text.walk import derived_text

Derived = Callable[[Answer], Iterator[str]]


def worksheet_markdown(
    exercise: Exercise, solution: Solution = None, derived: Derived | None = None
) -> str:
    """The sheet with its blanks, or with the worked solution in them.

    Args: derived, the lines that say where a number comes from; LaTeX without it.
    """
    sections = _sections(exercise, solution, derived or derivation_lines)
    lines = [*head_lines(exercise, solution), *sections]
    if not solution:
        lines += _closing(exercise)
    return "\n".join(lines).rstrip() + "\n"


def head_lines(exercise: Exercise, solution: Solution) -> Iterator[str]:
    """The mark of its settings, the title, what to do, the network, what is given."""
    yield f"<!-- {exercise.mark} -->"
    yield ""
    yield f"# {words.title(exercise, bool(solution))}"
    yield ""
    if not solution:
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


def _sections(exercise: Exercise, solution: Solution, derived: Derived) -> Iterator[str]:
    """Every quantity with its blanks, or with its numbers and where they come from."""
    for number, q in enumerate(exercise.quantities, start=1):
        yield f"## {number}. {q.title}"
        yield ""
        yield words.says(exercise, q)
        yield ""
        for address in q.addresses:
            yield f"- {address} = {words.entry(exercise, solution, address)}"
        yield ""
        if solution:
            for address in q.addresses:
                yield from derived(solution[address])


def derivation_lines(answer: Answer) -> Iterator[str]:
    """Where one number of the solution comes from, as a formula set apart."""
    yield "$$"
    yield answer_latex(answer, 9, WIDEST)
    yield "$$"
    yield ""


def plain_lines(answer: Answer) -> Iterator[str]:
    """The same for a terminal, as `walk` writes it."""
    yield from ("```text", *derived_text(answer), "```", "")


def _closing(exercise: Exercise) -> list[str]:
    return [
        "---",
        "",
        f"Write each number in the place of its {exercise.blank}, save the file, and have it "
        "checked: `glassnet exercise --check FILE`. Blanks may stay empty.",
    ]
