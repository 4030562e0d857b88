"""Addresses: how to ask for a number, W1[0,1] or delta2[0]@3.

x[1] y[0] loss objective learning_rate      the data, the losses, the step
z1[0] a2[1] da1[0] delta2[0] dx[1] mask1[2] layer from 1, neuron from 0; @k for sample k
W1[0,1] b2[0] dW1[0,1] db1[0]               neuron and input
penalty.W1[0,1] g.W1[0,1]                   the regularisation's part, what the update is given
m.W1[0,1] new.v.b2[0] m_hat.W1[0,1]         the optimizer's state before and after, corrected
new.W1[0,1]                                 the updated parameter
rest.z1[0]                                  the terms of a long sum that its answer leaves out
"""

import difflib
import re
from dataclasses import dataclass, replace

from glassnet.core.errors import InputError

SAMPLED = ("x", "y", "z", "a", "da", "delta", "dx", "mask")  # one for each sample of a batch
SHARED = ("dW", "db", "loss")  # one for the batch, and each sample's share of it
LAYERED = ("z", "a", "da", "delta", "mask", "W", "b", "dW", "db")
ALONE = ("loss", "objective", "learning_rate")
STATE = ("m", "v", "v_max", "s", "mean")  # an optimizer's, by the names of its paper
OF_PARAMETERS = (
    "new", "g", *STATE, *(f"new.{name}" for name in STATE), "m_hat", "v_hat",
)  # fmt: skip
KNOWN = tuple(dict.fromkeys((*SAMPLED, *LAYERED, *ALONE)))
PREFIXES = ("penalty", "rest", *OF_PARAMETERS)
LONGEST = 100  # letters of an address, and more than any has

_FORM = re.compile(
    r"(?:(?P<prefix>[a-z_]+(?:\.[a-z_]+)*)\.)?(?P<name>[A-Za-z_]+)(?P<layer>\d{1,9})?"
    r"(?:\[(?P<index>\d{1,9}(?:\s*,\s*\d{1,9})*)\])?(?:@(?P<sample>\d{1,9}))?"
)


@dataclass(frozen=True, order=True)
class Address:
    """Where a number stands: prefix.name + layer [index] @sample. Empty index: the whole array.

    >>> str(Address("W", 1, (0, 1)))
    'W1[0,1]'
    """

    name: str
    layer: int | None = None
    index: tuple[int, ...] = ()
    sample: int | None = None
    prefix: str = ""

    def __str__(self) -> str:
        index = f"[{','.join(map(str, self.index))}]" if self.index else ""
        return self.array + index + ("" if self.sample is None else f"@{self.sample}")

    @property
    def array(self) -> str:
        """The name of the whole array, whatever the sample: new.W1."""
        prefix = f"{self.prefix}." if self.prefix else ""
        return prefix + self.name + ("" if self.layer is None else str(self.layer))

    def at(self, *index: int) -> "Address":
        """The entry of this array with that index."""
        return replace(self, index=index)

    def under(self, prefix: str) -> "Address":
        """The same place with another prefix: new.W1[0,1] of W1[0,1]."""
        return replace(self, prefix=prefix)


def parse(text: str) -> Address:
    """The address that a text writes; the inverse of str.

    Raises: InputError that says what is wrong with it and what is near.

    >>> parse("delta2[0]@3")
    Address(name='delta', layer=2, index=(0,), sample=3, prefix='')
    """
    match = _FORM.fullmatch(text.strip()) if len(text) <= LONGEST else None
    if match is None:
        raise InputError(f"'{text[:60]}' is no address: write for example W1[0,1], a2[0] or loss.")
    name, prefix = match["name"], match["prefix"] or ""
    layer = None if match["layer"] is None else int(match["layer"])
    index = tuple(int(part) for part in (match["index"] or "").split(",") if part)
    sample = None if match["sample"] is None else int(match["sample"])
    if name not in KNOWN:
        raise InputError(f"'{text}' asks for '{name}'{_near(name, KNOWN)}")
    rest = prefix == "rest" or prefix.startswith("rest.")
    inner = prefix[5:] if rest else prefix
    if inner and (inner not in PREFIXES or inner == "rest"):
        raise InputError(f"'{text}' begins with '{inner}.'{_near(inner, PREFIXES)}")
    if inner and name not in (("W",) if inner == "penalty" else ("W", "b")):
        takes = "W alone" if inner == "penalty" else "W and b"
        raise InputError(f"'{text}': '{inner}.' goes with no '{name}', but with {takes}.")
    if (layer is not None) != (name in LAYERED):
        raise InputError(
            f"'{text}' needs a layer's number, as in {name}1[0]."
            if layer is None
            else f"'{text}': {name} has no layer's number; write {name}."
        )
    dimensions = 0 if name in ALONE else 2 if name in ("W", "dW") else 1
    if index and len(index) != dimensions:
        form = {0: "none", 1: "one, (neuron)", 2: "two, (neuron, input)"}[dimensions]
        raise InputError(f"'{text}' has {len(index)} indexes; {name} takes {form}.")
    if sample is not None and name not in SAMPLED + SHARED:
        raise InputError(f"'{text}': {name} is the same for every sample; leave '@{sample}' out.")
    return Address(name, layer, index, sample, prefix)


def _near(word: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    guess = f": did you mean '{near[0]}'?" if near else ":"
    return f"{guess} known are {', '.join(sorted(set(known)))}."
