"""From a network to reasons: every number of a pass by its address, with where it came from.

Nothing here is computed a second time: an answer's value is the entry of the array that the
pass itself left, and its formula names the entries that went into it.
"""

from glassnet.explain.addresses import Address, parse
from glassnet.explain.answers import Answer, Ask
from glassnet.explain.example import WORKED, Example, example_template, read_example
from glassnet.explain.walk import Stage, Walk, walk

__all__ = [
    "WORKED",
    "Address",
    "Answer",
    "Ask",
    "Example",
    "Stage",
    "Walk",
    "example_template",
    "parse",
    "read_example",
    "walk",
]
