"""Addresses as a textbook writes them: ∂L/∂W with the layer high and the indexes low."""

from dataclasses import dataclass

from glassnet.explain import parse
from glassnet.formula.tree import Expression, Slope


@dataclass(frozen=True)
class Letter(Expression):
    """A letter or a word; `accent` is a hat or bar over it."""

    text: str
    accent: str = ""


@dataclass(frozen=True)
class Scripted(Expression):
    """A letter with what stands low and high beside it."""

    letter: Letter
    low: str = ""
    high: str = ""


@dataclass(frozen=True)
class Applied(Expression):
    """A letter as a function of something: m̂(W)."""

    letter: Letter
    body: Expression


@dataclass(frozen=True)
class At(Expression):
    """body, taken at one sample."""

    body: Expression
    place: str


_LETTERS = {
    "delta": Letter("δ"), "loss": Letter("L"), "objective": Letter("J"),
    "learning_rate": Letter("η"), "m_hat": Letter("m", "hat"), "v_hat": Letter("v", "hat"),
    "v_max": Letter("v", "bar"), "mean": Letter("g", "bar"),
}  # fmt: skip


def symbol(address: str) -> Expression:
    """An address as a textbook writes it: ∂L/∂W with the layer high and the indexes low.

    >>> symbol("W1[0,1]")
    Scripted(letter=Letter(text='W', accent=''), low='0,1', high='(1)')
    """
    place = parse(address)
    head, _, tail = place.prefix.rpartition(".")
    name, low = place.name, ",".join(map(str, place.index))
    layer = "" if place.layer is None else f"({place.layer})"
    sample = "" if place.sample is None else f"k={place.sample}"

    def scripted(name: str, layer: str, sample: str) -> Expression:
        letter = _LETTERS.get(name, Letter(name))
        if name == "loss" and sample:
            letter = Letter("ℓ")
        prime = "′" if place.prefix in ("new", "rest.new") else ""
        high = prime + ",".join(part for part in (layer, sample) if part)
        return Scripted(letter, low, high) if low or high else letter

    if name in ("dW", "db"):  # of one sample it is a share of the slope
        plain = Slope("L", scripted(name[1:], layer, ""))
        plain = At(plain, sample) if sample else plain
    elif name in ("dx", "da"):
        plain = Slope("L", scripted(name[1:], layer, sample))
    else:
        plain = scripted(name, layer, sample)
    if tail == "penalty":
        plain = Slope("P", plain)
    elif tail not in ("", "new", "rest"):
        letter = _LETTERS.get(tail, Letter(tail))
        prime = "′" if head.endswith("new") else ""
        plain = Applied(Letter(letter.text + prime, letter.accent), plain)
    if place.prefix.startswith("rest"):
        plain = Applied(Letter("rest"), plain)
    return plain
