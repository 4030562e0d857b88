"""`glassnet exercise`: numbers to compute by hand, and what was filled in checked."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from glassnet.cli.options import Flag, WholeOrNone

if TYPE_CHECKING:
    from glassnet.tutor.sheet.exercise import Exercise
    from glassnet.views.sheet.words import Solution

Format = Literal["markdown", "html", "latex", "notebook"]
ENDINGS: dict[str, Format] = {
    ".html": "html",
    ".htm": "html",
    ".tex": "latex",
    ".ipynb": "notebook",
}


def exercise(
    *,
    sizes: str | None = None,
    seed: WholeOrNone = None,
    activation: Literal["sigmoid", "tanh", "relu"] | None = None,
    output: Literal["sigmoid", "tanh", "identity", "softmax"] | None = None,
    digits: WholeOrNone = None,
    up_to: str | None = None,
    lesson: WholeOrNone = None,
    answers: Flag = False,
    format: Format | None = None,
    out: Path | None = None,
    check: Path | None = None,
    hint: Literal[1, 2, 3] | None = None,
    json: Flag = False,
) -> int:
    """Write a worksheet to compute by hand, or check one that is filled in.

    With --check the exit status is 0 where all is right, 1 where a number is wrong or a blank is
    left, 2 where the file is no worksheet.

    Parameters
    ----------
    sizes
        The inputs, then the neurons of each layer: 1-1 is one neuron; 2-2-1 without it.
    seed
        Which exercise; the same seed gives the same one. Without it, 0.
    activation
        Of the hidden layers; sigmoid without it.
    output
        Of the last layer: the same without it, identity after relu. With softmax the loss is
        cross-entropy, else the squared error.
    digits
        To how many decimals the numbers are asked for; 4 without it.
    up_to
        The last quantity that is asked for, as a1, loss or delta2; without it, the whole step.
    lesson
        The sheet to this lesson of `glassnet learn`: its sizes and where it ends.
    answers
        The worked solution in the blanks, its formulas plain on the screen and set in a file;
        with --check, what the first wrong number should be.
    format
        markdown, html (fields to fill in, or to print), latex (for paper), or notebook. Without
        it, as the ending of --out says, else markdown.
    out
        Write to this file instead of the screen.
    check
        A filled-in sheet: Markdown, a notebook, or what the page saved.
    hint
        With --check: not the mistake, but a hint: 1 where, 2 a question, 3 the formula.
    json
        Print one JSON document.
    """
    from glassnet.core.errors import InputError
    from glassnet.tutor.lessons.course import sheet_of
    from glassnet.tutor.sheet.exercise import SheetSettings, make_exercise, read_sizes

    if check is not None:
        asked = (sizes, seed, activation, output, digits, up_to, lesson, format, out)
        if any(each is not None for each in asked):
            raise InputError(
                "--check reads the settings from the sheet: leave out all but --hint, --answers "
                "and --json."
            )
        return _check(check, hint, answers, json)
    if hint is not None:
        raise InputError("--hint goes with --check FILE.")
    if json and (format is not None or out is not None):
        raise InputError("give --json, or --format and --out, not both.")
    if lesson is not None and (sizes is not None or up_to is not None):
        raise InputError("--lesson says the sizes and the end of its sheet: leave out --sizes and "
                         "--up-to.")  # fmt: skip
    to_lesson = ("", "") if lesson is None else sheet_of(lesson)
    made = make_exercise(
        SheetSettings(
            sizes=read_sizes(to_lesson[0] or ("2-2-1" if sizes is None else sizes)),
            activation=activation or "sigmoid",
            output=output or "",
            digits=4 if digits is None else digits,
            seed=seed or 0,
            up_to=to_lesson[1] or up_to or "",
        )
    )
    _write(made, answers, format, out, json)
    return 0


def _check(file: Path, hint: int | None, answers: bool, json: bool) -> int:
    from glassnet.cli.output import print_json
    from glassnet.core.errors import InputError
    from glassnet.tutor.sheet.check import check_worksheet
    from glassnet.tutor.sheet.filled_in import read_worksheet
    from glassnet.views.sheet.check import worksheet_report

    if hint is not None and answers:
        raise InputError("--hint and --answers exclude each other: choose one.")
    report = check_worksheet(read_worksheet(file))
    if json:
        print_json(report.told(hint, answers))
    else:
        print(worksheet_report(report, hint, answers), end="")
    return 0 if report.passed else 1


def _write(
    made: "Exercise", answers: bool, format: Format | None, out: Path | None, json: bool
) -> None:
    from glassnet.cli.output import deliver, print_json, say
    from glassnet.files.endings import check_out
    from glassnet.tutor.sheet.check import solved, worksheet

    if json:
        print_json(worksheet(made, answers))
        return
    if format is not None:
        check_out(out, format)
    chosen = format or (ENDINGS.get(out.suffix.lower()) if out else None) or "markdown"
    on_screen = out is None and format is None
    deliver(_text(made, solved(made) if answers else None, chosen, on_screen), out)
    if out is not None and not answers:
        say(f"{out}: {len(made.exact)} blanks to fill in. {_next(chosen, out)}")


def _next(format: Format, out: Path) -> str:
    match format:
        case "latex":
            return "It is for paper; the Markdown sheet of the same seed can be checked."
        case "html":
            return "Open it in a browser; what it saves can be checked."
        case _:
            return f"Then: glassnet exercise --check {out}"


def _text(made: "Exercise", solution: "Solution", format: Format, on_screen: bool) -> str:
    match format:
        case "html":
            from glassnet.views.sheet.page import worksheet_page

            return worksheet_page(made, solution)
        case "latex":
            from glassnet.views.sheet.latex import worksheet_latex

            return worksheet_latex(made, solution)
        case "notebook":
            from glassnet.views.sheet.notebook import worksheet_notebook

            return worksheet_notebook(made, solution)
        case "markdown":
            from glassnet.views.sheet.markdown import plain_lines, worksheet_markdown

            return worksheet_markdown(made, solution, plain_lines if on_screen else None)
