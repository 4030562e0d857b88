"""The answer to a row as a sum, and the nearest row that is answered otherwise."""

import math
import shlex
from collections.abc import Iterator
from typing import Any

from glassnet.explain import Counterfactual, Reasons
from glassnet.views.text.reasons.units import Units, cell_text
from glassnet.views.text.wrapping import wrapped

MOST = 12  # columns that are told one by one
ALONG = 14  # pixels of a picture's longer side that are drawn
SHADES = " .:+#"


def reasons_lines(why: Reasons) -> Iterator[str]:
    """The answer, what each column adds to it, and the nearest row that is answered otherwise."""
    yield from sum_lines(why)
    yield from wrapped(_how(why, Units(why.shares)), width=88)
    if why.quantile is not None:
        yield ""
        yield from wrapped(quantile_text(why.shares.of, why.quantile), width=88)
    if why.beside:
        yield ""
        yield from wrapped(_others(why, Units(why.shares)), width=88)
    if why.called is not None:
        yield ""
        yield from wrapped(_called(why), width=88)
    if why.also:
        yield ""
        yield from wrapped(_also(why), width=88)
    if why.strange:
        yield ""
        yield from wrapped(_strange(why), width=88)
    if why.sought:
        yield ""
        yield from wrapped(otherwise_text(why), width=88)


def sum_lines(why: Reasons) -> Iterator[str]:
    """The answer, and what each column adds to it."""
    shares = why.shares
    say = Units(shares)
    spoken = f"the model says {why.target} = " if why.target else "the model says "
    if not shares.probability:
        told = f"{shares.of} = " if shares.of else ""
        yield f"the model says {told}{say.value(shares.value)}"
    elif str(why.answer) == shares.of:
        yield f"{spoken}{why.answer}, {say.value(shares.value)}"
    else:
        yield f"{spoken}{why.answer}; {shares.of} has {say.value(shares.value)}"
    yield from _sum(why, say)


def _sum(why: Reasons, say: Units) -> Iterator[str]:
    """The base, what each column adds, and what they come to."""
    shares, width = why.shares, say.width
    if why.typical is None:
        base = f"on average over {why.background}"
    else:
        base = f"for a typical row: {_cells(why.typical)}"
    if shares.probability:
        base = f"for {shares.of}, {base}"
    first, *more = wrapped(base, width=88 - width - 4)
    yield f"  {say.value(shares.base):>{width}}  {first}"
    yield from (" " * (width + 4) + line for line in more)
    if why.blocks is not None:
        yield from _picture(why, say)
    else:
        told = [each for each in shares.contributions if say.counts(each.value)][:MOST]
        for each in told:
            cell = f"{each.name} = {cell_text(each.cell)}"
            yield f"  {say.change(each.value):>{width}}  {cell}"
        rest = len(shares.contributions) - len(told)
        if rest:
            left = sum(each.value for each in shares.contributions) - sum(e.value for e in told)
            name = "the other column" if rest == 1 else f"the other {rest} columns"
            yield f"  {say.change(left):>{width}}  {name}"
    yield f"  {say.value(shares.value):>{width}}  in all"


def quantile_text(name: str, quantile: float) -> str:
    """What a quantile is for, in a sentence.

    >>> quantile_text("q0.9 of price", 0.9)
    'Of rows like this one 90 % are meant to lie at or below q0.9 of price.'
    """
    return f"Of rows like this one {100 * quantile:g} % are meant to lie at or below {name}."


def _others(why: Reasons, say: Units) -> str:
    told = [f"{name} = {say.value(value)}" for name, value in why.beside.items()]
    first = next(iter(why.beside))
    named = shlex.quote(first)
    return f"The model also says {_listed(told)}: --of {named} tells why."


def _called(why: Reasons) -> str:
    """From which probability on a yes/no target is called yes."""
    assert why.called is not None
    return (
        f"{why.target} is called {why.called.answer} from a probability of "
        f"{100 * why.called.probability:.1f} % on, chosen on rows held back in training."
    )


def _also(why: Reasons) -> str:
    """What is said of the other yes/no targets."""
    told = [
        f"{name} = {each.answer} ({100 * each.probability:.1f} %)"
        for name, each in why.also.items()
    ]
    named = shlex.quote(next(iter(why.also)))
    return f"The model also says {_listed(told)}: --of {named} tells why."


def _strange(why: Reasons) -> str:
    """Which cells training did not hold, those of one reason together."""
    names: dict[str, list[str]] = {}
    for name, what in why.strange.items():
        names.setdefault(what, []).append(name)
    told = [f"{_listed(each)} ({what})" for what, each in names.items()]
    several = len(why.strange) > 1
    return (
        f"Training held no such {'cells' if several else 'cell'}: {'; '.join(told)}. What is "
        f"said of {'them' if several else 'it'} is a guess."
    )


def _picture(why: Reasons, say: Units) -> Iterator[str]:
    assert why.blocks is not None
    down, across, side = why.blocks
    value = {each.name: each.value for each in why.shares.contributions}
    drawn = _drawn(why.picture)
    beside = ", and the picture beside them" if drawn else ""
    yield f"  what each square of {side}×{side} pixels adds, where it stands{beside}:"
    squares = {
        (r * len(drawn) // down if drawn else r): "  "
        + "  ".join(f"{say.change(value[f'{r},{c}']):>{say.width}}" for c in range(across))
        for r in range(down)
    }
    if not drawn:
        yield from squares.values()
        return
    width = max(map(len, squares.values()))
    for k, line in enumerate(drawn):
        yield f"{squares.get(k, ''):<{width}}    {line}".rstrip()


def _drawn(picture: list[list[float]]) -> list[str]:
    """An image in signs, the brighter the fuller, two for each pixel; of many pixels fewer."""
    if not picture:
        return []
    every = math.ceil(max(len(picture), len(picture[0])) / ALONG)
    lines = []
    for top in range(0, len(picture), every):
        rows = picture[top : top + every]
        told = ""
        for left in range(0, len(rows[0]), every):
            part = [value for row in rows for value in row[left : left + every]]
            told += 2 * SHADES[min(int(len(SHADES) * sum(part) / len(part)), len(SHADES) - 1)]
        lines.append(told.rstrip())
    return lines


def _how(why: Reasons, say: Units) -> str:
    shares, piece = why.shares, "cell" if why.blocks is None else "square"
    what = "the answer"
    if shares.probability:
        what = f"the probability of {shares.of}, up with + and down with −, in percentage points"
    told = (
        f"So much each {piece} moves {what}: the mean over all orders in which {piece}s can be "
        "put in (Shapley values). It tells what the model does, not what causes what."
    )
    if not shares.exact:
        told += f" Estimated from random orders; each is right to ± {say.plain(shares.margin, 2)}."
    return told


def otherwise_text(why: Reasons) -> str:
    """The nearest row that is answered otherwise, in a sentence."""
    say = Units(why.shares)
    kept = f", {_listed(why.kept)} kept" if why.kept else ""
    found = why.otherwise
    if found is None:
        wanted = f"answers with {why.to}" if say.percent and why.to else "answers otherwise"
        if why.to and not say.percent:
            wanted = f"answers with {_beside(why)}{why.to} or {_beyond(why)}"
        return f"No row was found that the model {wanted}{kept}."
    changes = _listed(
        [
            f"{each.name} = {cell_text(each.after)} instead of {cell_text(each.before)}"
            for each in found.changes
        ]
    )
    said = _beside(why) + _answer(found, say)
    return f"The model would say {said} if {changes}: the nearest such row found{kept}."


def _beside(why: Reasons) -> str:
    """Of several numbers the name of the one that is spoken of, before its value."""
    return f"{why.shares.of} = " if why.beside else ""


def _beyond(why: Reasons) -> str:
    """To which side of what is to be reached."""
    try:
        return "more" if float(why.to.replace(",", ".")) > why.shares.value else "less"
    except ValueError:
        return "beyond"


def _answer(found: Counterfactual, say: Units) -> str:
    if found.probability:
        return f"{found.answer} ({100 * found.value:.1f} %)"
    return say.value(found.value) if isinstance(found.answer, float) else str(found.answer)


def _cells(cells: dict[str, Any], most: int = 8) -> str:
    told = [f"{name} = {cell_text(cell)}" for name, cell in cells.items()]
    more = f", and {len(told) - most} more" if len(told) > most else ""
    return ", ".join(told[:most]) + more


def _listed(words: list[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
