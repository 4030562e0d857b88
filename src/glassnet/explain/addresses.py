"""Addresses: how to ask for a number, W1[0,1] or delta2[0]@3.

x[1] y[0] loss objective learning_rate      the data, the losses, the step
z1[0] a2[1] delta2[0] dx[1]                 layer from 1, neuron from 0; @k for sample k
W1[0,1] b2[0] dW1[0,1] db1[0]               neuron and input
penalty.W1[0,1] new.W1[0,1]                 the regularisation's part, the updated parameter
"""

import difflib
import re
from dataclasses import dataclass, replace

from glassnet.core.errors import InputError

SAMPLED = ("x", "y", "z", "a", "delta", "dx")  # one for each sample of a batch
LAYERED = ("z", "a", "delta", "W", "b", "dW", "db")
ALONE = ("loss", "objective", "learning_rate")
PREFIXED = {"penalty": ("W",), "new": ("W", "b")}

_FORM = re.compile(
    r"(?:(?P<prefix>[a-z_]+)\.)?(?P<name>[A-Za-z_]+)(?P<layer>\d+)?"
    r"(?:\[(?P<index>\d+(?:\s*,\s*\d+)*)\])?(?:@(?P<sample>\d+))?"
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
        return (
            (f"{self.prefix}." if self.prefix else "")
            + self.name
            + ("" if self.layer is None else str(self.layer))
            + index
            + ("" if self.sample is None else f"@{self.sample}")
        )

    def at(self, *index: int) -> "Address":
        """The entry of this array with that index."""
        return replace(self, index=index)


def parse(text: str) -> Address:
    """The address that a text writes; the inverse of str.

    >>> parse("delta2[0]@3")
    Address(name='delta', layer=2, index=(0,), sample=3, prefix='')
    """
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise InputError(f"'{text}' is no address: write for example W1[0,1], a2[0] or loss.")
    name, prefix = match["name"], match["prefix"] or ""
    layer = None if match["layer"] is None else int(match["layer"])
    index = tuple(int(part) for part in (match["index"] or "").split(",") if part)
    sample = None if match["sample"] is None else int(match["sample"])
    known = (*SAMPLED, *LAYERED, *ALONE)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        guess = f": did you mean '{near[0]}'?" if near else ":"
        raise InputError(
            f"'{text}' asks for '{name}'{guess} known are {', '.join(sorted(set(known)))}."
        )
    if prefix and name not in PREFIXED.get(prefix, ()):
        raise InputError(
            f"'{text}': '{prefix}.' goes with no '{name}': known are penalty.W, new.W and new.b."
        )
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
    if sample is not None and name not in (*SAMPLED, "dW", "db", "loss"):
        raise InputError(f"'{text}': {name} is the same for every sample; leave '@{sample}' out.")
    return Address(name, layer, index, sample, prefix)
