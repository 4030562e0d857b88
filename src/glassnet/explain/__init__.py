"""From a network to reasons: every number of a pass by its address, with where it came from.

Nothing here is computed a second time: an answer's value is the entry of the array that the
pass itself left, and its formula names the entries that went into it.
"""

from glassnet.explain.ask.addresses import Address, parse
from glassnet.explain.ask.answer import Answer
from glassnet.explain.ask.ask import Ask
from glassnet.explain.ask.asked_pass import AskedPass
from glassnet.explain.ask.raw_rows import rows_to_ask
from glassnet.explain.reasons.counterfactual import CellChange, Counterfactual, counterfactual
from glassnet.explain.reasons.dependence import (
    DependencePoint,
    PartialDependence,
    partial_dependence,
)
from glassnet.explain.reasons.shapley import Contribution, ShapleyValues, shapley_values
from glassnet.explain.reasons.told import Reasons, WhyInReport
from glassnet.explain.walks.chain import Chain, chain
from glassnet.explain.walks.changes import (
    InputInfluence,
    Move,
    MovedAnswer,
    MovePart,
    Nudge,
    influences,
    largest_moves,
    nudge,
    why_it_moved,
)
from glassnet.explain.walks.example import WORKED, Example, example_template, read_example
from glassnet.explain.walks.summary import (
    RowGlance,
    StepGlance,
    glance_at_row,
    glance_at_step,
)
from glassnet.explain.walks.walk import Stage, Walk, pass_of, walk, walk_of
from glassnet.explain.walks.whereto import GivenNumber, WholeArray, given_number, whole_array

__all__ = [
    "WORKED",
    "Address",
    "Answer",
    "Ask",
    "AskedPass",
    "CellChange",
    "Chain",
    "Contribution",
    "Counterfactual",
    "DependencePoint",
    "Example",
    "GivenNumber",
    "InputInfluence",
    "Move",
    "MovedAnswer",
    "Nudge",
    "MovePart",
    "PartialDependence",
    "Reasons",
    "RowGlance",
    "ShapleyValues",
    "Stage",
    "StepGlance",
    "Walk",
    "WhyInReport",
    "WholeArray",
    "chain",
    "counterfactual",
    "example_template",
    "given_number",
    "glance_at_row",
    "glance_at_step",
    "influences",
    "largest_moves",
    "nudge",
    "parse",
    "partial_dependence",
    "pass_of",
    "read_example",
    "rows_to_ask",
    "shapley_values",
    "walk",
    "walk_of",
    "whole_array",
    "why_it_moved",
]
