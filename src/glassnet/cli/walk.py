"""`glassnet walk`: every step of a pass and its update, in numbers."""

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from glassnet.cli.options import Flag, WholeOrNone

if TYPE_CHECKING:
    from glassnet.explain import Walk

Format = Literal["text", "markdown", "latex", "html"]


def walk(
    example: str | None = None,
    data: str | None = None,
    /,
    *,
    steps: WholeOrNone = None,
    learn_biases: Flag = False,
    share_biases: Flag = False,
    row: WholeOrNone = None,
    member: WholeOrNone = None,
    at: str | None = None,
    chain: Flag = False,
    nudge: float | None = None,
    list: Flag = False,
    template: Flag = False,
    format: Format = "text",
    out: Path | None = None,
    json: Flag = False,
) -> int:
    """Follow a forward pass, a backward pass and an update, number by number.

    Parameters
    ----------
    example
        The name of a published example, a TOML file with your own numbers, a model file, or the
        folder of a recorded run; without it, the worked example.
    data
        With a model: the data to take a row from.
    steps
        Make so many updates first, then follow the next pass; of a run, go to that step.
    learn_biases
        Learn a bias for each neuron; otherwise the biases stay as they are.
    share_biases
        Learn one bias for each layer.
    row
        With a model: which row of the data, from 0.
    member
        With a model that is the mean of several networks: the one to follow, from 1 on; their
        mean if not given.
    at
        Tell one number alone, by its address: delta1[0], W2[0,1], loss; or a whole array, dW1.
    chain
        Tell the whole chain rule from the loss to --at, which is dW, db or delta.
    nudge
        Change the number at --at by this much, and compare the loss with the prediction.
    list
        Name the published examples, their printed numbers beside ours.
    template
        Write a file to fill in with your own numbers.
    format
        text, markdown, latex (a document), or html: a page to step through, forward and backward
        and from update to update.
    out
        Write to this file instead of the screen.
    json
        Print one JSON document.
    """
    from glassnet.cli.explain import check_asked, told_as
    from glassnet.cli.output import deliver, json_text, say
    from glassnet.core.errors import InputError
    from glassnet.explain import example_template
    from glassnet.files.endings import check_out
    from glassnet.jobs import walk as job
    from glassnet.jobs.explain import explained
    from glassnet.views.progress.counting import counting

    written = "toml" if template else "json" if json else "text" if list else format
    check_out(out, written, the_example=example)
    if list:
        _tell_library(json, out)
        return 0
    if template:
        deliver(example_template(), out)
        return 0
    if learn_biases and share_biases:
        raise InputError("give --learn-biases or --share-biases, not both.")
    if json and format != "text":
        raise InputError("give --json or --format, not both.")
    if format == "html" and at is not None:
        raise InputError("--format html makes a page of the whole walk: leave --at out.")
    if at is not None or chain or nudge is not None:
        check_asked(at, chain, nudge, format, json)
    bias = "neuron" if learn_biases else "layer" if share_biases else None
    with counting(f"{steps or 0:,} updates") as tick:
        passes = job.passes(example, data, row, steps, bias, format == "html", say, tick, member)
    if at is not None:
        told = explained(passes[-1], at, chain, nudge)
        text = json_text(told) if json else told_as(told, format)
    elif json:
        text = json_text(job.walks(passes)[-1])
    else:
        text = _text(job.walks(passes), format) + _published(example, format)
    deliver(text, out)
    return 0


def _tell_library(json: bool, out: Path | None) -> None:
    """The published examples; on the screen each is told as its numbers are computed."""
    from glassnet.cli.output import deliver, json_text
    from glassnet.jobs.walk import published_examples
    from glassnet.views.progress.counting import counting
    from glassnet.views.text.published import list_text

    if out is None and not json:
        for part in list_text(published_examples()):
            deliver(part, None)
        return
    with counting("published numbers") as tick:
        found = [*published_examples(tick)]
    deliver(json_text(found) if json else "".join(list_text(found)), out)


def _published(name: str | None, format: Format) -> str:
    """What stands below a published example's walk: its printed numbers beside ours."""
    from glassnet.jobs.walk import published_numbers
    from glassnet.views.text.published import figures_markdown, figures_text

    told = {"text": figures_text, "markdown": figures_markdown}.get(format)
    found = None if told is None else published_numbers(name)
    return "" if told is None or found is None else "\n" + told(found)


def _text(walks: "list[Walk]", format: Format) -> str:
    if format == "html":
        from glassnet.views.html.walk_page import walk_page

        return walk_page(walks)
    if format == "markdown":
        from glassnet.views.formula.markdown import walk_markdown

        return walk_markdown(walks[-1])
    if format == "latex":
        from glassnet.views.formula.latex import walk_latex

        return walk_latex(walks[-1])
    from glassnet.views.text.walk import walk_text

    return walk_text(walks[-1])
