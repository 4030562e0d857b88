"""A check of gradients as text: a line for each receipt and array, and what it comes to."""

from collections.abc import Iterator

from glassnet.core.display.numbers import written
from glassnet.core.numerical.gradcheck import GradCheck

RECEIPTS = 40  # at most: the others stand in the document


def gradcheck_text(check: GradCheck, name: str, parameters: int) -> str:
    """The check of a network of that name with so many parameters."""
    return "\n".join([*_receipts(check, name, parameters), "", *_verdicts(check)]) + "\n"


def _receipts(check: GradCheck, name: str, parameters: int) -> Iterator[str]:
    told = check.receipts
    yield f"gradient check of {name}: {len(told)} of {parameters} parameters"
    yield f"\n{'address':<14}{'analytic':>18}{'numerical':>18}{'relative':>11}{'known to':>11}"
    for receipt in told[:RECEIPTS]:
        yield (
            f"{receipt.address:<14}{written(receipt.analytic, 10):>18}"
            f"{written(receipt.numerical, 10):>18}"
            f"{_small(receipt.relative_error):>11}{_small(receipt.limit):>11}"
        )
    if len(told) > RECEIPTS:
        yield f"... and {len(told) - RECEIPTS} more: see --json"


def _verdicts(check: GradCheck) -> Iterator[str]:
    for verdict in check.arrays:
        error = _small(verdict.relative_error)
        line = f"{verdict.name:<6} relative error {error}  {verdict.word}"
        if verdict.worst:
            line += f": see {verdict.worst}"
        elif verdict.not_judged:
            line += f": {verdict.not_judged} of {verdict.entries} known to less than three digits"
        yield line
    if check.rows_at_kink:
        yield f"rows left out, at a kink of an activation or of the loss: {check.rows_at_kink}"
    if check.weights_at_kink:
        yield f"weights left out, at 0, the kink of l1: {check.weights_at_kink}"
    yield "relative: the difference beside both; known to: how far apart rounding and truncation"
    yield "alone may leave the two, in the gradient's own unit"
    whole = check.along_directions
    if whole is not None:
        told = "nothing beyond that" if whole == 0 else f"relative error {_small(whole)}"
        yield f"the whole gradient along random directions: {told}"
    if check.not_finite:
        yield f"not finite: {check.not_finite}"
    elif check.outcome == "wrong":
        names = ", ".join(check.wrong) or "one that has no receipt here: see --most"
        yield f"a gradient is off by more than the numerical one can be: {names}"
    elif check.not_judged:
        yield (
            "no gradient was found wrong; not judged, since its numerical derivative is lost in "
            f"rounding: {', '.join(check.not_judged)}"
        )
    else:
        yield "every gradient holds"


def _small(value: float) -> str:
    return f"{value:.1e}".replace("-", "−")
