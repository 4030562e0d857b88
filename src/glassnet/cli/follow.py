"""`glassnet walk`: every step of a pass and its update, in numbers."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def walk(
    example: str | None = None,
    /,
    *,
    steps: int = 0,
    learn_biases: Annotated[bool, Parameter(negative="")] = False,
    share_biases: Annotated[bool, Parameter(negative="")] = False,
    at: str | None = None,
    template: Annotated[bool, Parameter(negative="")] = False,
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Follow a forward pass, a backward pass and an update, number by number.

    Parameters
    ----------
    example
        A TOML file with your own numbers; without it, the worked example.
    steps
        Make so many updates first, then follow the next pass.
    learn_biases
        Learn a bias for each neuron; otherwise the biases stay as they are.
    share_biases
        Learn one bias for each layer.
    at
        Tell one number alone, by its address: delta1[0], W2[0,1], loss.
    template
        Write a file to fill in with your own numbers.
    out
        Write to this file instead of the screen.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import deliver, json_text
    from glassnet.core.errors import InputError
    from glassnet.explain import WORKED, example_template, read_example
    from glassnet.explain import walk as make_walk
    from glassnet.explain.walk import MOST_QUANTITIES, count
    from glassnet.views.walk_text import answer_text, walk_text

    if template:
        text = example_template()
    else:
        if learn_biases and share_biases:
            raise InputError("give --learn-biases or --share-biases, not both.")
        bias = "neuron" if learn_biases else "layer" if share_biases else "frozen"
        chosen = WORKED if example is None else read_example(example)
        made = make_walk(chosen, steps, bias)
        if at is None and (n := count(made.net)) > MOST_QUANTITIES:
            raise InputError(
                f"this network has {n:,} quantities, more than {MOST_QUANTITIES:,}: ask for one "
                "with --at, as --at 'delta1[0]'."
            )
        if json:
            text = json_text(made.record() if at is None else made.ask.at(at).record())
        else:
            text = walk_text(made) if at is None else answer_text(made.ask.at(at))
    deliver(text, out)
    return 0
