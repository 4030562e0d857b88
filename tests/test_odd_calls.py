"""The door of the Python side: every odd call that was ever found ends in one clear sentence."""

import pytest
from odd_calls import ANSWERED, MISLEADING, NONSENSE, RAW, outcome


@pytest.mark.parametrize("call", [*RAW, *ANSWERED, *NONSENSE])
def test_an_odd_call_ends_in_one_sentence(call):
    sentence, otherwise = outcome(call)
    assert otherwise is None
    assert sentence
    assert "\n" not in sentence


@pytest.mark.parametrize(("call", "words"), MISLEADING)
def test_the_sentence_says_what_to_do(call, words):
    sentence, otherwise = outcome(call)
    assert otherwise is None
    assert words in sentence
