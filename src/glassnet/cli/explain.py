"""`glassnet explain`: what `walk` answers, of a trained model or a recorded run."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from glassnet.cli.options import WholeOrNone

if TYPE_CHECKING:
    from glassnet.explain import Answer

Format = Literal["text", "markdown", "latex"]


def explain(
    source: str,
    data: str | None = None,
    /,
    *,
    row: WholeOrNone = None,
    encoding: str | None = None,
    step: WholeOrNone = None,
    at: str | None = None,
    chain: Annotated[bool, Parameter(negative="")] = False,
    nudge: float | None = None,
    format: Format = "text",
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Ask a model about one row, or a recorded run about one step: any number, and why.

    Parameters
    ----------
    source
        A model file, or the folder of a recorded run.
    data
        With a model: a built-in set or a folder of IDX files.
    row
        With a model: which row, from 0; rows are counted as `glassnet predict` does.
    encoding
        Of a CSV, as utf-8, cp1252, latin-1 or shift_jis; that of the training if not given.
    step
        With a run: which recorded step, from 0.
    at
        The number to tell, by its address: delta1[0], dW1[0,1], z2[3]@5. Of a weight or bias of
        a run it tells why that step moved it.
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
    from glassnet import explain as room
    from glassnet.cli.output import deliver, json_text
    from glassnet.cli.sources import is_run, of_model, of_run
    from glassnet.core.errors import InputError
    from glassnet.files.endings import check_out
    from glassnet.views.text import explain as explain_text

    check_out(out, "json" if json else format, the_model=source, the_data=data)
    if is_run(source):
        if not (data is row is encoding is None):
            raise InputError(
                "a recorded run knows its data: leave the data, --row and --encoding out."
            )
        found = of_run(source, step)
    else:
        if step is not None:
            raise InputError(f"--step goes with a recorded run; {source} is none.")
        found = of_model(source, data, row, encoding)
    ask = found.ask
    if at is None:
        if chain or nudge is not None or format != "text":
            raise InputError("name a number with --at, as --at 'dW1[0,0]'.")
        if found.step is None:
            document: Any = room.glance_at_row(ask, found.title, found.inputs)
            text = explain_text.row_text(document)
        else:
            assert found.rows is not None
            document = room.glance_at_step(ask, found.title, found.step, found.rows.tolist())
            text = explain_text.step_text(document)
    elif chain and nudge is not None:
        raise InputError("give --chain or --nudge, not both.")
    elif format != "text" and (chain or nudge is not None or json):
        raise InputError("--format goes with the plain answer to one number: leave it out here.")
    elif chain:
        made = room.chain(ask, at)
        text, document = explain_text.chain_text(made), made.record()
    elif nudge is not None:
        done = room.nudge(ask, at, nudge)
        text, document = explain_text.nudge_text(done), done.record()
    else:
        place = room.parse(at)
        answer = ask.at(place)
        moved = found.step is not None and place.name in ("W", "b") and not place.prefix
        if moved and format == "text":
            move = room.why_it_moved(ask, place, found.rows)
            text, document = explain_text.move_text(move), {**answer.record(), **move.record()}
        else:
            text, document = answer_as(answer, format), answer.record()
    deliver(json_text(document) if json else text, out)
    return 0


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
