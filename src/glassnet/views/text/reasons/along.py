"""The mean answer along a column, a line a value, with a bar."""

from glassnet.explain import PartialDependence
from glassnet.views.text.reasons.units import cell_text, digits_of
from glassnet.views.text.wrapping import wrapped

BAR = 30  # letters of the longest bar


def dependence_text(along: PartialDependence) -> str:
    """The mean answer for each value of a column, with a bar."""
    means = [point.mean for point in along.points]
    percent, digits = along.probability, digits_of(max(map(abs, means), default=0))

    def told(value: float) -> str:
        return f"{100 * value:.1f} %" if percent else f"{value:,.{digits}f}".replace("-", "−")

    # a sentence begins with a capital, a name as it is written
    of = f"The probability of {along.of}" if percent else (along.of or "The answer")
    what = (
        f"{of}, as the model says it on average over {along.rows:,} rows, if all of them had that "
        f"{along.name} and nothing else were changed:"
    )
    lines = wrapped(what, width=88) + [""]
    cells = [cell_text(point.cell) for point in along.points]
    cell_width, width = max(map(len, cells)), max(len(told(mean)) for mean in means)
    low, high = (0.0, max(*means, 1e-300)) if percent else (min(means), max(means))
    for cell, point in zip(cells, along.points):
        place = round((BAR - 1) * (point.mean - low) / (high - low)) if high > low else 0
        bar = (
            "█" * (place + 1) if percent else " " * place + "●"
        )  # a bar begins at 0, a dot need not
        lines.append(
            f"  {cell:>{cell_width}}  {told(point.mean):>{width}}  {bar:<{BAR}}  {point.rows:,}"
        )
    lines += ["", *wrapped(
        f"As the rows are, it is {told(along.base)}. The last column counts the rows that have the "
        "value, or are nearest to it: what few rows have, the network had little to learn from.",
        width=88,
    )]  # fmt: skip
    return "\n".join(lines) + "\n"
