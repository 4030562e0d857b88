"""`glassnet gradcheck`: analytic gradients beside numerical ones."""

from pathlib import Path

from glassnet.cli.options import Flag, Whole


def gradcheck(
    model: Path | None = None,
    /,
    *,
    rows: Whole = 8,
    seed: Whole = 0,
    most: Whole = 200,
    json: Flag = False,
) -> int:
    """Check every gradient against a central difference, with a receipt for each parameter.

    The status is 1 where a gradient is wrong or a number is not finite, and 3 where nothing is
    wrong as far as looked at and a part cannot be judged.

    Parameters
    ----------
    model
        A model file; without it, the worked example.
    rows
        For a model: how many random samples to check with.
    seed
        Of those samples.
    most
        At most so many parameters of each array, evenly spread.
    json
        Print one JSON document, with every receipt.
    """
    from glassnet.cli.output import print_json
    from glassnet.jobs import gradcheck as job
    from glassnet.views.text.gradcheck import gradcheck_text

    checked = job.gradcheck(model, rows, seed, most)
    if json:
        print_json(checked.result)
    else:
        print(gradcheck_text(checked.result, checked.name, checked.parameters), end="")
    return {"right": 0, "wrong": 1, "in part": 3}[checked.result.outcome]
