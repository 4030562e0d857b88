"""Mistakes that no rival computation shows: they are seen in what the program does."""

from glassnet.tutor.mistakes import Mistake

INPUTS_CHANGED = Mistake(
    "inputs-changed-in-place",
    "a function changes the arrays that it is given",
    "`a -= y` and `z[...] = …` write into the caller's array, so that whoever computes with it "
    "next finds other numbers. A new array, a − y, leaves them alone.",
    "a -= y, inside a function that was given a",
    "error = a - y",
    "Which of the arrays that you were given still hold what they held?",
    "expected",
    {},
    at="inputs",
)
