"""The data that a tried program is given: small, and laid out in one of the ways that are usual."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

INPUTS = re.compile(
    r"(training|train|all|the|my|val|valid|test|dev)?_*(x|xs|xx|inputs?|inpt|inp|invec|vec|features?|images?|samples?|"
    r"input_?(data|vectors?|layer|values?|list|set|array)|x_?(data|batch|i)|batch_?x|a0|entradas?|"
    r"data_?x|eingaben?|entrees?)"
    r"_*(training|train|tr|val|valid|validation|test|dev)?(_data|_set|_inputs)?",
    re.I,
)
TARGETS = re.compile(
    r"(training|train|all|the|my|val|valid|test|dev)?_*(y|ys|yy|t|ts|targets?|labels?|outputs?|expected|desired|wanted|"
    r"(target|expected|desired|output|true|correct|wanted)_?(data|vectors?|outputs?|values?|list|"
    r"results?|labels?|array|y)|y_?(trues?|data|batch|i)|batch_?y|answers?|salidas?|saidas?|actual|"
    r"truth|ground_?truth|data_?y|ausgaben?|sorties?|classes|one_?hot_?y?)_*"
    r"(training|train|tr|val|valid|validation|test|dev)?(_data|_set|_labels|_outputs)?",
    re.I,
)
PAIRS = re.compile(
    r"(training|train|all|the|my|mini)?_*(data_?sets?|data|pairs?|examples?|patterns?|batch|"
    r"samples?|set|rows|corpus|cases)",
    re.I,
)


@dataclass(frozen=True)
class Sizes:
    """How large what is tried is: its sizes are unequal, so that nothing fits by chance."""

    inputs: int = 2
    hidden: int = 4
    second: int = 5
    outputs: int = 3
    samples: int = 6


@dataclass(frozen=True)
class GivenForm:
    """How X and y are laid out.

    x: "rows", "columns", "lists", "vectors" (of each sample a column), "row vectors" (of each a
    row). y: "several" outputs, one-hot; "one" output; "labels", whole numbers; "numbers", 0 or 1.
    """

    x: str
    y: str

    @property
    def outputs(self) -> int | None:
        """How many outputs it asks for, where that is certain."""
        return 1 if self.y in ("one", "numbers") else None

    @property
    def said(self) -> str:
        """In words, after "X" and "y"."""
        x = {
            "rows": "a sample a row",
            "columns": "a sample a column",
            "lists": "lists",
            "vectors": "columns, one for each sample",
            "row vectors": "rows, one for each sample",
        }
        y = {"several": "one-hot", "one": "one output", "labels": "labels", "numbers": "0 or 1"}
        return f"X as {x[self.x]}, y as {y[self.y]}"


_LAYOUTS = ("rows", "columns", "lists", "vectors", "row vectors")
SEVERAL = (
    *(GivenForm(x, "several") for x in _LAYOUTS[:2]),
    *(GivenForm(x, "labels") for x in _LAYOUTS[:2]),
    *(GivenForm(x, y) for x in _LAYOUTS[2:] for y in ("several", "labels")),
)
ONE = (
    *(GivenForm(x, "one") for x in _LAYOUTS),
    *(GivenForm(x, "numbers") for x in _LAYOUTS[:3]),
)
WRITTEN = tuple(  # as one thinks of X and y: a sample a row
    GivenForm(x, y)
    for x in ("rows", "lists", "columns", "vectors", "row vectors")
    for y in ("several", "labels", "one", "numbers")
    if y != "numbers" or x in _LAYOUTS[:3]
)


def given(x: str, y: str, inputs: int, outputs: int, samples: int) -> tuple[Any, Any]:
    """X and y in a form; other numbers with each seed of the run, the same each time."""
    rng = np.random.default_rng(5)
    X = np.round(rng.uniform(-1.0, 1.0, (samples, inputs)), 3)
    if y in ("one", "numbers"):
        labels, wanted = np.arange(samples) % 2, (np.arange(samples) % 2).reshape(-1, 1) * 1.0
    else:
        labels = np.arange(samples) % max(outputs, 1)
        labels[-1] = max(outputs, 1) - 1  # their number is told by the largest
        wanted = np.eye(max(outputs, 1))[labels]
    if y in ("labels", "numbers"):
        Y: Any = labels
    else:
        Y = {"columns": wanted.T, "vectors": wanted[:, :, None],
             "row vectors": wanted[:, None, :]}.get(x, wanted)  # fmt: skip
    shown: Any = {"columns": X.T, "vectors": X[:, :, None], "row vectors": X[:, None, :]}.get(x, X)
    if x == "lists":
        return shown.tolist(), Y.tolist()
    return np.array(shown), np.array(Y)


def giving(form: GivenForm, sizes: Sizes, x: str, y: str) -> str:
    """The line that gives X and y by those names."""
    outputs = form.outputs or sizes.outputs
    asked = f"{form.x!r}, {form.y!r}, {sizes.inputs}, {outputs}, {sizes.samples}"
    return f"{x}, {y} = __import__('glassnet.tutor.trying.given', fromlist=['']).given({asked})\n"
