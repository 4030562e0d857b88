"""Answers and walks as Markdown with formulas, as GitHub and Jupyter show it."""

from collections.abc import Iterator, Sequence

from glassnet.explain import Answer, Walk
from glassnet.views.formula.latex import (
    answer_latex,
    formula_latex,
    matrix_latex,
    number_latex,
    stage_latex,
    symbol_latex,
)
from glassnet.views.text import wording

WIDEST = 66  # of a line of a formula, in characters: a notebook's column is narrower than a page


def answer_markdown(answer: Answer, digits: int | None = None) -> str:
    """One answer in full: what it is, its formula, the numbers put in, what it depends on."""
    lines = [f"**`{answer.address}`**, {answer.meaning}", ""]
    lines += _display(answer_latex(answer, digits, WIDEST))
    if answer.expression is None:
        lines += ["It is given.", ""]
    if answer.note:
        lines += [_text(answer.note), ""]
    if answer.equation is not None:
        shapes = ", ".join(
            f"${symbol_latex(name)}$ {'×'.join(map(str, shape)) or 'a number'}"
            for name, shape in answer.shapes.items()
        )
        lines += [f"As matrices: ${formula_latex(answer.equation)}$", ""]
        lines += [f"Shapes: {shapes}.", ""] if shapes else []
    if answer.values:
        lines += ["It depends on:", ""]
        lines += _table(
            ["address", "symbol", "value"],
            [
                [
                    f"`{name}`",
                    f"${symbol_latex(name)}$",
                    f"${number_latex(value, digits or answer.digits)}$",
                ]
                for name, value in answer.values.items()
            ],
        )
    return "\n".join(lines).rstrip() + "\n"


def walk_markdown(walk: Walk) -> str:
    """The whole walk: every number's derivation, stage by stage, and the lines of algebra."""
    return "\n".join(_walk(walk)).rstrip() + "\n"


def _walk(walk: Walk) -> Iterator[str]:
    yield f"# {_text(wording.title(walk))}"
    yield ""
    head, *rows = wording.layer_table(walk.layers)
    yield from _table(head, rows)
    yield wording.setting(walk)
    yield ""
    yield "## What is given"
    yield ""
    # each in a display: GitHub takes the \\ of a matrix within a line for an escaped one
    for address, values in (walk.data | walk.parameters).items():
        yield from _display(f"{symbol_latex(address)} = {matrix_latex(values)}")
    for number, stage in enumerate(walk.stages, start=1):
        yield f"## {number}. {_text(stage.title)}"
        yield ""
        answers = walk.answers(stage)
        for answer in answers:
            yield from _display(answer_latex(answer, widest=WIDEST))
        if answers and answers[0].note:
            yield _text(answers[0].note)
            yield ""
        if stage.algebra:
            yield "As matrices:"
            yield ""
            for formula in stage_latex(walk, stage, WIDEST):
                yield from _display(formula)
    yield "## What came of it"
    yield ""
    yield wording.outcome(walk)


def _display(formula: str) -> list[str]:
    return ["$$", formula, "$$", ""]


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [*(f"| {' | '.join(line)} |" for line in lines), ""]


def _text(text: str) -> str:
    """Plain text, with what Markdown would take for its own marked as text."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]<>$|#~&" else letter for letter in text)
