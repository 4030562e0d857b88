"""The report of `check` as text."""

import pytest

from glassnet.tutor.mistakes.catalogue import mistake_named
from glassnet.tutor.report import CheckReport, Wrong
from glassnet.views.text.check import check_text


@pytest.mark.parametrize(
    ("quantity", "said"),
    [
        ("delta1[0]@4", "delta1[0]@4 (neuron 0, sample 4), on"),
        ("delta1[2]", "delta1[2] (neuron 2), on"),
        ("new.W2[0,3]", "new.W2[0,3] (neuron 0, input 3), on"),
        ("db2[1]", "db2[1] (neuron 1), on"),
        ("sigmoid(z)[0,1]", "sigmoid(z)[0,1] (row 0, column 1), on"),
        ("hidden delta, layer 1", "hidden delta, layer 1, on"),
    ],
)
def test_an_entry_is_told_in_words_too(quantity, said):
    report = CheckReport("mine.py", "script", [], Wrong(quantity, "gradients", "a case", "1", "2"))
    assert f"First wrong: {said} a case" in check_text(report)


@pytest.mark.parametrize(("trials", "said"), [(2, "in both of its runs."), (5, "in all 5 trials.")])
def test_the_mistake_stands_before_what_is_said_of_the_own_line(trials, said):
    wrong = Wrong("delta1[0]", "hidden delta", "a case", "1", "2")
    report = CheckReport(
        "mine.py", "script", [], wrong, [mistake_named("hidden-slope-lost")],
        trials=trials, reason="Your line 3 lacks it.",
    )  # fmt: skip
    text = check_text(report)
    assert text.index("lacks the derivative") < text.index("Your line 3")
    assert said in text
