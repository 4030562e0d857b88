"""A mistake's texts in the words of the network in which it was made.

The catalogue speaks of the worked example: two layers of sigmoids, the squared error, means over
the samples. In a program of one's own other functions stand there, the outputs have another
number, and whether the gradient is a sum or a mean is nobody's mistake.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from glassnet.tutor.mistakes.record import Mistake

_OF_A_SIGMOID = {"activation", "derivative"}  # there the formula is of one function
_PRIMES = {"sigmoid": "σ′", "tanh": "tanh′", "relu": "ReLU′"}
_KEPT = {"output-slope-beside-cross-entropy", "hidden-slope-of-next-layer"}  # it is at fault there
_TEXTS = ("title", "why", "wrong", "right", "hint")


def in_words_of(mistake: Mistake, activations: Sequence[str], natural: bool = False) -> Mistake:
    """The mistake as it is told in a program of one's own.

    activations: of its layers, by their names. natural: whether the output's derivative cancels
    against the loss's, as with cross-entropy, so that a − y is the last delta.
    """
    texts = {name: getattr(mistake, name) for name in _TEXTS}
    if activations and mistake.stage not in _OF_A_SIGMOID:
        last, hidden = activations[-1], activations[-2] if len(activations) > 1 else ""
        gone = (last == "identity" or natural) and mistake.name not in _KEPT
        at_1, at_2 = (_PRIMES.get(each, "f′") for each in (hidden, last))
        if mistake.stage == "output delta":
            at_1 = at_2
        texts = {name: _sloped(text, at_1, at_2, gone) for name, text in texts.items()}
    if mistake.stage == "output delta" and activations:
        texts = {name: _counted(text, len(activations)) for name, text in texts.items()}
    divides = re.search("averaged|divided", mistake.name) and "first-sample" not in mistake.name
    if mistake.stage != "loss" and not divides:
        texts = {name: _undivided(text) for name, text in texts.items()}
    return replace(mistake, **texts)


def _sloped(text: str, hidden: str, last: str, gone: bool) -> str:
    """With the derivatives that stand there: at z1 the hidden layer's, at z2 the output's."""
    if gone:
        text = re.sub(r" ⊙ (σ′\(z2\)|a2\(1 − a2\))", "", text)
        text = re.sub(r"^(δ2 = )\((a2 − y|y − a2)\)$", r"\1\2", text)
    text = text.replace("σ′(z2)", f"{last}(z2)")
    return text.replace("σ′", hidden)


def _counted(text: str, layers: int) -> str:
    return re.sub(r"(?<=[δaz])2", str(layers), text)


def _undivided(text: str) -> str:
    """Without the number of samples, by which a program may divide or not."""
    text = re.sub(r" / B\b", "", text)
    return re.sub(r"\bis the mean of\b", "is the sum or the mean of", text)
