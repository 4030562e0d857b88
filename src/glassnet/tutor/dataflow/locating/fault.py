"""What is wrong at a place of a program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """A place where an expression is wrong though what it is given is right.

    kind: "expression"; "operand", where another quantity in its place makes it right; "version",
    a parameter that is not the one that went forward; "missing", a factor that is not there;
    "twice", one that `operand` has in it already; "direction", a step that climbs; "rate", one
    that is larger than the others' by a factor (then `wanted` is their rate, and `operand` says
    "twice" where one factor stands twice); "broadcast", a row against a column; "unkept", steps
    that nobody keeps; "still", a bias beside a step that is not stepped itself; "left", a step of
    some numbers, where others like them have none; "memory", a step that remembers nothing,
    though `operand` is kept for it; "optimizer", what one makes of gradients that are right
    (`operand` says "count" where it is the count of updates), and "rule", steps that follow their
    slopes by a rule which nobody means (`wanted` is what these two are called); "another", the
    gradient of `operand` in its own one's place; "unread", a weighted sum that goes on to no
    output; "one", what one sample (`operand` says which, of `wanted`) adds to a gradient, in its
    place; "nothing", a step of zeros that nobody computed, where `node` is the last that the way
    back computes (-1: none).
    wanted: what should stand there, in the learner's own words, where that is known.
    """

    kind: str
    node: int
    line: int
    text: str
    quantity: str
    expected: str = ""
    got: str = ""
    operand: str = ""
    wanted: str = ""
    line_of: int = 0  # where the operand came from, or was changed
    up: int = 0  # so many calls up from there it is to be mended
    parameter: int = -1  # whose step it is, where a step is told of
