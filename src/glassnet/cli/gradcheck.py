"""`glassnet gradcheck`: analytic gradients beside numerical ones."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from glassnet.cli.options import Whole

if TYPE_CHECKING:
    from glassnet.core.numerical.gradcheck import GradCheck

TEXT_RECEIPTS = 40


def gradcheck(
    model: Path | None = None,
    /,
    *,
    rows: Whole = 8,
    seed: Whole = 0,
    most: Whole = 200,
    json: Annotated[bool, Parameter(negative="")] = False,
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
    from dataclasses import replace

    import numpy as np

    from glassnet.cli.output import print_json
    from glassnet.core.errors import InputError
    from glassnet.core.numerical.gradcheck import along_directions
    from glassnet.core.numerical.gradcheck import gradcheck as check
    from glassnet.exchange import load
    from glassnet.explain import WORKED

    if rows < 1 or most < 1 or seed < 0:
        raise InputError("rows and most must be at least 1, and the seed at least 0.")
    if model is None:
        net = WORKED.network("neuron")
        x, y = np.array([WORKED.inputs]), np.array([WORKED.targets])
        name = WORKED.name
    else:
        net, name = load(model), str(model)
        rng = np.random.default_rng(seed)
        x = rng.normal(size=(rows, net.n_in))
        y = net.loss.draw(rng, rows, net.n_out)
    result = check(net, x, y, max_receipts=most)
    whole = along_directions(net, x, y)
    status = _status(result, whole)
    if json:
        print_json(replace(result, along_directions=whole))
        return status
    print(f"gradient check of {name}: {len(result.receipts)} of {net.theta.size} parameters")
    print(f"\n{'address':<14}{'analytic':>18}{'numerical':>18}{'relative':>11}{'known to':>11}")
    for receipt in result.receipts[:TEXT_RECEIPTS]:
        print(
            f"{receipt.address:<14}{receipt.analytic:>18.10g}{receipt.numerical:>18.10g}"
            f"{receipt.relative_error:>11.1e}{receipt.limit:>11.1e}"
        )
    if len(result.receipts) > TEXT_RECEIPTS:
        print(f"... and {len(result.receipts) - TEXT_RECEIPTS} more: see --json")
    print()
    for line in _told(result, whole, status):
        print(line)
    return status


def _status(result: "GradCheck", whole: float) -> int:
    """0 where all holds, 1 where something is wrong, 3 where a part could not be judged."""
    from glassnet.core.numerical.gradcheck import TOLERANCE

    if result.wrong or result.not_finite or not whole <= TOLERANCE:
        return 1
    return 3 if result.not_judged else 0


def _told(result: "GradCheck", whole: float, status: int) -> Iterator[str]:
    for verdict in result.arrays:
        line = f"{verdict.name:<6} relative error {verdict.relative_error:.1e}  {verdict.word}"
        if verdict.worst:
            line += f": see {verdict.worst}"
        elif verdict.not_judged:
            line += f": {verdict.not_judged} of {verdict.entries} known to less than three digits"
        yield line
    if result.rows_at_kink:
        yield f"rows left out, at a kink of an activation or of the loss: {result.rows_at_kink}"
    if result.weights_at_kink:
        yield f"weights left out, at 0, the kink of l1: {result.weights_at_kink}"
    yield "relative: the difference beside both; known to: how far apart rounding and truncation"
    yield "alone may leave the two, in the gradient's own unit"
    told = "nothing beyond that" if whole == 0 else f"relative error {whole:.1e}"
    yield f"the whole gradient along random directions: {told}"
    if result.not_finite:
        yield f"not finite: {result.not_finite}"
    elif status == 1:
        names = ", ".join(result.wrong) or "one that has no receipt here: see --most"
        yield f"a gradient is off by more than the numerical one can be: {names}"
    elif status == 3:
        yield (
            "no gradient was found wrong; not judged, since its numerical derivative is lost in "
            f"rounding: {', '.join(result.not_judged)}"
        )
    else:
        yield "every gradient holds"
