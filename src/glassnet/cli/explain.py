"""`glassnet explain`: what `walk` answers, of a trained model or a recorded run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from glassnet.cli.options import ElsewhereOptions, Flag, WholeOrNone

if TYPE_CHECKING:
    from glassnet.explain import Answer
    from glassnet.jobs.explain import OfRow

Format = Literal["text", "markdown", "latex"]


def explain(
    source: str,
    data: str | None = None,
    /,
    *,
    row: WholeOrNone = None,
    encoding: str | None = None,
    elsewhere: ElsewhereOptions = ElsewhereOptions(),
    set_: Annotated[list[str] | None, Parameter(name="--set", consume_multiple=False)] = None,
    to: str | None = None,
    fix: str | None = None,
    of: str | None = None,
    background: str | None = None,
    member: WholeOrNone = None,
    along: str | None = None,
    step: WholeOrNone = None,
    at: str | None = None,
    chain: Flag = False,
    nudge: float | None = None,
    format: Format = "text",
    out: Path | None = None,
    json: Flag = False,
) -> int:
    """Ask a model why it answers a row so, and what would change that; and for any number of it.

    A recorded run, or an example, is asked about one step.

    Parameters
    ----------
    source
        A model file, the folder of a recorded run, the name of a published example, a TOML file
        with your own numbers, or `example`, the worked one.
    data
        With a model: a table, with its targets or without, a built-in set or a folder of IDX files.
    row
        With a model: which row, from 0; rows are counted as `glassnet predict` does.
    set_
        Of the row, another cell, as age=40; more than once, several. Without a table the other
        cells are a typical row's.
    to
        The answer that is sought: which row near to this one would have that class, or that number?
    fix
        Columns that cannot change in it, as sex,age.
    of
        The class, or the target, whose reasons are told; the answer's own if not given.
    background
        A table, or a set, whose rows the row is compared with; those that the model was trained
        on if not given, or, where they are not at hand, a typical row.
    member
        Of a model that is the mean of several networks, the one to ask, from 1 on; their mean if
        not given.
    along
        A column: tell the mean answer to the table's rows for each of its values.
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; that of the training if not given.
    step
        With a run: which recorded step, from 0; of an example, how many updates come before.
    at
        The number to tell, by its address: delta1[0], dW1[0,1], z2[3]@5, or a whole array, dW1.
        Of a weight or bias of a run it tells why that step moved it.
    chain
        Tell the whole chain rule from the loss to --at, which is dW, db or delta.
    nudge
        Change the number at --at by this much, and compare the loss with the prediction.
    format
        text, markdown or latex, of the answer to --at.
    out
        Write to this file instead of the screen.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import deliver, json_text, say
    from glassnet.core.errors import InputError
    from glassnet.files.endings import check_out
    from glassnet.jobs.explain import explained, pass_to_explain
    from glassnet.jobs.reasons.along import mean_answers
    from glassnet.views.progress.counting import counting
    from glassnet.views.text.reasons.along import dependence_text

    check_out(out, "json" if json else format, the_model=source, the_data=data)
    unsaid = elsewhere.unsaid()
    asked = asked_of_row(set_, to, fix, of, background, member)
    if along is not None:
        if not (row is step is at is None) or chain or nudge is not None or set_ or to or fix:
            raise InputError("--along is asked of all rows: leave what is about one row out.")
        told = mean_answers(source, data, along, of, encoding, say, unsaid, member)
        deliver(json_text(told) if json else dependence_text(told), out)
        return 0
    with counting("updates") as tick:
        found = pass_to_explain(source, data, row, step, encoding, say, tick, asked, unsaid)
    check_asked(at, chain, nudge, format, json)
    told = explained(found, at, chain, nudge)
    deliver(json_text(told) if json else told_as(told, format), out)
    return 0


def asked_of_row(
    cells: list[str] | None,
    to: str | None,
    fix: str | None,
    of: str | None,
    background: str | None,
    member: int | None,
) -> "OfRow":
    """What is asked of a row, as it was typed."""
    from glassnet.core.errors import InputError
    from glassnet.explain.reasons.told import Wanted
    from glassnet.jobs.explain import OfRow

    given: dict[str, str] = {}
    for each in cells or ():
        name, equals, cell = each.partition("=")
        if not name or not equals:
            raise InputError(f"--set {each}: give a column and its cell, as --set age=40.")
        given[name] = cell
    kept = tuple(name for name in (fix or "").split(",") if name)
    return OfRow(given, background, Wanted(of, to, kept), member)


def check_asked(at: str | None, chain: bool, nudge: float | None, format: str, json: bool) -> None:
    """Raises: InputError where what is asked of a number does not go together."""
    from glassnet.core.errors import InputError

    if at is None and (chain or nudge is not None or format != "text"):
        raise InputError("name a number with --at, as --at 'dW1[0,0]'.")
    if chain and nudge is not None:
        raise InputError("give --chain or --nudge, not both.")
    if format != "text" and (chain or nudge is not None or json):
        raise InputError("--format goes with the plain answer to one number: leave it out here.")


def told_as(told: Any, format: str) -> str:
    """What was told, in words, or as the format has an answer."""
    from glassnet.core.errors import InputError
    from glassnet.explain import (
        Answer,
        Chain,
        MovedAnswer,
        Nudge,
        RowGlance,
        StepGlance,
        WholeArray,
    )
    from glassnet.views.text import explain as explain_text

    match told:
        case WholeArray() if format != "text":
            raise InputError(f"--format goes with one number: give an entry of {told.address}.")
        case WholeArray():
            return explain_text.array_text(told)
        case RowGlance():
            return explain_text.row_text(told)
        case StepGlance():
            return explain_text.step_text(told)
        case Chain():
            return explain_text.chain_text(told)
        case Nudge():
            return explain_text.nudge_text(told)
        case MovedAnswer() if format == "text":
            return explain_text.move_text(told)
        case Answer():
            return answer_as(told, format)
    raise AssertionError(f"nobody tells of a {type(told).__name__}")


def answer_as(answer: "Answer", format: str) -> str:
    """One answer as text, markdown or latex."""
    if format == "markdown":
        from glassnet.views.formula.markdown import answer_markdown

        return answer_markdown(answer)
    if format == "latex":
        from glassnet.views.formula.latex import answer_latex

        return answer_latex(answer)
    from glassnet.views.text.walk import answer_text

    return answer_text(answer)
