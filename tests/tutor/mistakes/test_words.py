"""A mistake is told in the words of the network in which it was made."""

import pytest

from glassnet.tutor.mistakes.catalogue import KNOWN_MISTAKES, mistake_named
from glassnet.tutor.mistakes.words import in_words_of

SUMS = [m for m in KNOWN_MISTAKES if m.stage != "loss" and "ivided" not in m.title]


@pytest.mark.parametrize("mistake", SUMS, ids=lambda m: m.name)
def test_a_program_that_sums_is_not_told_of_a_division(mistake):
    if not any(word in mistake.name for word in ("averaged", "divided")):
        told = in_words_of(mistake, ["sigmoid", "sigmoid"])
        assert "/ B" not in told.wrong + told.right + told.why


def test_a_first_sample_is_not_said_to_be_divided():
    told = in_words_of(mistake_named("bias-gradient-first-sample-averaged"), ["tanh", "softmax"])
    assert "divided" not in told.title
    assert told.wrong == "db = δ of sample 0"


@pytest.mark.parametrize(
    ("name", "activations", "natural", "right"),
    [
        ("hidden-slope-lost", ["sigmoid", "sigmoid"], False, "δ1 = W2ᵀδ2 ⊙ σ′(z1)"),
        ("hidden-slope-lost", ["tanh", "softmax"], True, "δ1 = W2ᵀδ2 ⊙ tanh′(z1)"),
        ("hidden-slope-lost", ["relu", "identity"], False, "δ1 = W2ᵀδ2 ⊙ ReLU′(z1)"),
        ("output-delta-sign", ["tanh", "softmax"], True, "δ2 = a2 − y"),
        ("output-delta-sign", ["tanh", "identity"], False, "δ2 = a2 − y"),
        ("output-delta-sign", ["tanh", "tanh", "sigmoid"], False, "δ3 = (a3 − y) ⊙ σ′(z3)"),
        ("output-delta-sign", ["tanh"], False, "δ1 = (a1 − y) ⊙ tanh′(z1)"),
        ("output-slope-beside-cross-entropy", ["relu", "softmax"], True, "δ2 = a2 − y"),
        ("loss-summed-over-samples", ["relu", "softmax"], True, "L = ½ Σ(a − y)² / B"),
    ],
)
def test_the_formula_is_that_of_the_functions_that_stand_there(name, activations, natural, right):
    told = in_words_of(mistake_named(name), activations, natural)
    assert told.right == right
    assert told.wrong != told.right


@pytest.mark.parametrize("mistake", KNOWN_MISTAKES, ids=lambda m: m.name)
@pytest.mark.parametrize("activations", [["relu", "softmax"], ["tanh", "tanh", "identity"]])
def test_no_other_network_is_told_of_sigmoids(mistake, activations):
    told = in_words_of(mistake, activations)
    if mistake.stage not in ("activation", "derivative") and "σ(" not in mistake.wrong:
        assert "σ′" not in told.title + told.why + told.wrong + told.right + told.hint
    assert told == mistake or told.name == mistake.name
