"""Whether a network learned its training rows by heart, or did not learn even them."""

from glassnet.training.measure.comparison import shown
from glassnet.training.measure.estimate import Figure

GAP = 0.05  # of the accuracy or of R², below which nobody need care
LITTLE = 0.3  # of what a constant answer leaves open


def fitting_said(metric: str, learned: float, test: Figure, constant: float | None) -> str:
    """Over-fitting or under-fitting in a sentence; "" where there is neither.

        over-fitting    the figure of the training rows is above the limits of the test rows', and
                        by 0.05 or more
        under-fitting   it is not, and (learned − constant)/(1 − constant) is below 0.3

    Args:
        metric: 'accuracy' or 'r2'. learned: of the rows that were learned from.
        test: of the test rows; constant: what a constant answer has there, or None.

    >>> test = Figure(0.8, 0.7, 0.9, "")
    >>> fitting_said("accuracy", 1.0, test, 0.5)
    'On the rows it learned from it has 100.0 %: it knows some of them by heart (over-fitting). More rows, a stronger penalty (l2) or a smaller network would narrow the gap.'
    >>> fitting_said("accuracy", 0.82, test, 0.5)
    ''
    """  # noqa: E501
    if test.value is None:
        return ""
    said = f"On the rows it learned from it has {shown(metric, learned)}"
    high = test.value if test.high is None else test.high
    if learned > high and learned - test.value >= GAP:
        return (
            f"{said}: it knows some of them by heart (over-fitting). More rows, a stronger "
            "penalty (l2) or a smaller network would narrow the gap."
        )
    least = 0.0 if constant is None or metric == "r2" else constant
    if least < 1 and (learned - least) / (1 - least) < LITTLE:
        return (
            f"{said}, where a constant answer has {shown(metric, least)}: either the columns tell "
            "little of the target, or it was held back (under-fitting). A weaker penalty (l2) or "
            "more epochs would show which."
        )
    return ""
