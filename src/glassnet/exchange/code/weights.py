"""Every weight with its address, as a table; and all of them as arrays."""

import csv
import io
from typing import Any

import numpy as np

from glassnet.exchange.code.literals import number
from glassnet.exchange.code.plan import CodePlan


def table(plan: CodePlan) -> dict[str, str | bytes]:
    """A line a number: its address, layer, neuron, the input that it weighs, its value."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["address", "layer", "neuron", "input", "value"])
    for name, values, _ in plan.net.parameters():
        for place, value in np.ndenumerate(values):
            places = ",".join(map(str, place))
            row = [f"{name}[{places}]", name[1:], *place, *[""] * (2 - len(place)), number(value)]
            writer.writerow(row)
    return {".csv": text.getvalue()}


def archive(plan: CodePlan) -> dict[str, str | bytes]:
    """An archive of NumPy's, with the arrays by their names."""
    return {".npz": packed(plan)}


def packed(plan: CodePlan) -> bytes:
    """W1, b1, W2, ... as an archive of NumPy's."""
    held = io.BytesIO()
    arrays: dict[str, Any] = {name: values for name, values, _ in plan.net.parameters()}
    np.savez(held, **arrays)
    return held.getvalue()
