"""To how many digits numbers are put in: so that what is printed is true, it is tried first."""

import math

from glassnet.formula.tree import Expression, Values

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
    put_in = {name: float(f"{number:.{digits}g}") for name, number in values.items()}
    return abs(tree.evaluate(put_in) - printed) <= 1.001 * unit
