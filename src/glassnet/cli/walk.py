"""`glassnet walk`: every step of a pass and its update, in numbers."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from glassnet.cli.options import WholeOrNone

if TYPE_CHECKING:
    from glassnet.explain import Ask, Walk
    from glassnet.explain.walks.example import Example

Format = Literal["text", "markdown", "latex", "html"]
PAGE_STEPS = 10  # updates that a page shows when no number is given


def walk(
    example: str | None = None,
    data: str | None = None,
    /,
    *,
    steps: WholeOrNone = None,
    learn_biases: Annotated[bool, Parameter(negative="")] = False,
    share_biases: Annotated[bool, Parameter(negative="")] = False,
    row: WholeOrNone = None,
    at: str | None = None,
    list: Annotated[bool, Parameter(negative="")] = False,
    template: Annotated[bool, Parameter(negative="")] = False,
    format: Format = "text",
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
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
    at
        Tell one number alone, by its address: delta1[0], W2[0,1], loss.
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
    from glassnet.cli.explain import answer_as
    from glassnet.cli.output import deliver, json_text
    from glassnet.core.errors import InputError
    from glassnet.explain import example_template
    from glassnet.files.endings import check_out

    written = "toml" if template else "json" if json else "text" if list else format
    check_out(out, written, the_example=example)
    if list:
        deliver(_library(json), out)
        return 0
    if template:
        deliver(example_template(), out)
        return 0
    if steps is not None and steps < 0:
        raise InputError(f"steps is {steps}: give a whole number from 0 up.")
    if learn_biases and share_biases:
        raise InputError("give --learn-biases or --share-biases, not both.")
    if json and format != "text":
        raise InputError("give --json or --format, not both.")
    if format == "html" and at is not None:
        raise InputError("--format html makes a page of the whole walk: leave --at out.")
    bias = "neuron" if learn_biases else "layer" if share_biases else "frozen"
    passes = _passes(example, data, row, steps, bias, pages=format == "html")
    if at is not None:
        answer = passes[-1][0].at(at)
        text = json_text(answer) if json else answer_as(answer, format)
    elif json:
        text = json_text(_walks(passes)[-1])
    else:
        text = _text(_walks(passes), format) + _published(example, format)
    deliver(text, out)
    return 0


def _passes(
    example: str | None, data: str | None, row: int | None, steps: int | None, bias: str,
    pages: bool,
) -> "list[tuple[Ask, str, int]]":  # fmt: skip
    """The pass that is asked for, its name, and how many updates came before it.

    Of an example on a page those of the updates before it too.
    """
    from glassnet.cli.output import say
    from glassnet.core.errors import InputError
    from glassnet.explain import pass_of
    from glassnet.jobs.explain import of_model, of_run
    from glassnet.jobs.open import is_model, is_run

    if example is not None and (is_run(example) or is_model(example)):
        if bias != "frozen":
            raise InputError(
                "--learn-biases and --share-biases go with an example: leave them out."
            )
        if is_run(example):
            found = of_run(example, steps)
        elif steps:
            raise InputError("--steps goes with an example or a recorded run, not with a model.")
        else:
            found = of_model(example, data, row, say=say)
        return [(found.ask, found.title, found.step or 0)]
    if data is not None or row is not None:
        raise InputError("data and --row go with a model: leave them out.")
    chosen, usual = _example(example)
    how: Any = usual if bias == "frozen" else bias
    last = PAGE_STEPS if pages and steps is None else steps or 0
    numbers = page_steps(last) if pages else [last]
    return [(pass_of(chosen, n, how), chosen.name, n) for n in numbers]


def _walks(passes: "list[tuple[Ask, str, int]]") -> "list[Walk]":
    """Each pass in full. Raises: InputError where it has too many numbers for that."""
    from glassnet.core.errors import InputError
    from glassnet.explain import walk_of

    made = [walk_of(*one) for one in passes]
    if not made[-1].stages:
        raise InputError(
            "this network has too many quantities to tell them all (more than 10,000): ask for one "
            "with --at, as --at 'delta1[0]'."
        )
    return made


def _example(name: str | None) -> "tuple[Example, str]":
    """The example that is meant, and how its biases are to be read."""
    from glassnet.explain import WORKED, read_example

    if name is None:
        return WORKED, "frozen"
    if _is_file(name):
        return read_example(name), "frozen"
    from glassnet.tutor.published.examples import published

    found = published(name)
    return found.example, found.bias


def _is_file(name: str) -> bool:
    """Whether a file is meant, be it absent, and no name of the library."""
    return os.path.exists(Path(name)) or Path(name).suffix != "" or len(Path(name).parts) > 1


def _library(json: bool) -> str:
    from glassnet.cli.output import json_text, say
    from glassnet.tutor.published.examples import library
    from glassnet.views.text.published import list_text

    say("computing each example (the spiral's network trains for some seconds) ...")
    found = [published.compared() for published in library().values()]
    return json_text(found) if json else list_text(found)


def _published(name: str | None, format: Format) -> str:
    """What stands below a published example's walk: its printed numbers beside ours."""
    if name is None or _is_file(name) or format not in ("text", "markdown"):
        return ""
    from glassnet.tutor.published.examples import published
    from glassnet.views.text.published import figures_markdown, figures_text

    return "\n" + (figures_text if format == "text" else figures_markdown)(
        published(name).compared()
    )


def page_steps(last: int) -> list[int]:
    """The updates that a page shows up to the last: each at first, then ever fewer.

    >>> page_steps(100)
    [0, 1, 2, 3, 4, 5, 10, 20, 50, 100]
    """
    found = {0, 1, 2, 3, 4, 5, last}
    scale = 10
    while scale <= last:
        found |= {scale, 2 * scale, 5 * scale}
        scale *= 10
    return sorted(n for n in found if n <= last)


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
