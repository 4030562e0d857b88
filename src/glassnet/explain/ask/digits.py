"""To how many digits numbers are put in: so that what is printed is true, it is tried first."""

import math

from glassnet.formula.tree import Expression, Number, Values

ALL_DIGITS = 17  # significant ones, which tell a float64 from every other


def digits_that_hold(tree: Expression | None, values: Values, value: float, least: int) -> int:
    """How many digits of the numbers put in make a formula give its value to `least` digits.

    From `least` up, all of them where none do; a unit in the last digit is let pass. What cannot be
    worked out, as it calls somebody's own function, is written to `least`.
    """
    if tree is None or not math.isfinite(value) or not all(map(math.isfinite, values.values())):
        return least
    if math.isnan(tree.evaluate(values)):  # a function that is somebody's own
        return least
    return next(
        (n for n in range(least, ALL_DIGITS) if gives(tree, values, value, least, n)), ALL_DIGITS
    )


def gives(tree: Expression, values: Values, value: float, least: int, digits: int) -> bool:
    """Whether a formula gives its value to `least` digits, its numbers put in to `digits`."""
    printed = float(f"{value:.{least}g}")
    unit = 10.0 ** (math.floor(math.log10(abs(printed))) - least + 1) if printed else 1e-15
    put_in = {name: _rounded(number, digits) for name, number in values.items()}
    return abs(_shortened(tree, digits).evaluate(put_in) - printed) <= 1.001 * unit


def _shortened(tree: Expression, digits: int) -> Expression:
    """A formula with its own numbers, as a sample's share, to so many digits too."""

    def short(node: Expression) -> Expression:
        if isinstance(node, Number) and not node.written:
            return Number(_rounded(node.value, digits))
        return node

    long = any(n.value != _rounded(n.value, digits) for n in tree.parts(Number) if not n.written)
    return tree.rebuilt(short) if long else tree


def _rounded(number: float, digits: int) -> float:
    return float(f"{number:.{digits}g}")
