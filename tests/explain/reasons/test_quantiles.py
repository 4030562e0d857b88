"""Of quantiles the middle one is told first, and each by its name."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.layers import Dense
from glassnet.core.losses import Pinball
from glassnet.core.network import Network
from glassnet.explain.reasons.asked_row import InColumns
from glassnet.explain.reasons.told import Wanted, reasons_of
from glassnet.training.targets import middle_of
from glassnet.views.text.reasons.along import dependence_text
from glassnet.views.text.reasons.row import reasons_lines

AIMED = (0.1, 0.5, 0.9)
X = np.array([[0.0], [1.0], [2.0]])


def several(aimed=AIMED):
    n = len(aimed)
    last = Dense(1, n, "identity", W=np.arange(1.0, n + 1)[:, None], b=np.arange(n) * 10.0)
    return Network([last], Pinball(aimed), dtype="float64")


def single():
    return Network([Dense(1, 1, "identity", W=[[2.0]], b=[1.0])], Pinball(0.9), dtype="float64")


def told(net, targets=("price",), **wanted):
    about = InColumns(net, targets=targets)
    return reasons_of(about, about.one(X[1:2]), about.raw(X, "rows"), "3 rows", Wanted(**wanted))


@pytest.mark.parametrize(
    ("aimed", "place"), [((0.1, 0.5, 0.9), 1), ((0.05, 0.1, 0.4), 2), ((0.6, 0.9), 0)]
)
def test_the_quantile_nearest_to_the_median_is_the_middle(aimed, place):
    assert middle_of(aimed) == place


def test_the_median_is_told_first_by_its_name():
    why = told(several())
    assert (why.shares.of, why.quantile, why.shares.value) == ("q0.5", 0.5, 12.0)
    assert why.answer == 12.0
    assert list(why.beside) == ["q0.1", "q0.9"]
    text = "\n".join(reasons_lines(why))
    assert "the model says q0.5 = 12.0" in text
    assert "50 % are meant to lie at or below q0.5" in text


def test_another_quantile_is_asked_for_by_its_name():
    why = told(several(), of="q0.9")
    assert (why.shares.of, why.quantile, why.answer) == ("q0.9", 0.9, 23.0)


def test_a_number_is_sought_of_the_median():
    why = told(several(), to=14.0)
    assert why.otherwise is not None
    assert why.otherwise.value == pytest.approx(14.0)  # at x = 2; q0.1 reaches 3, and q0.9 is 26


@pytest.mark.parametrize("of", [None, "price", "q0.9", "q0.9 of price"])
def test_a_single_quantile_does_not_pass_for_a_prediction(of):
    why = told(single(), of=of)
    assert (why.shares.of, why.quantile) == ("q0.9 of price", 0.9)
    text = "\n".join(reasons_lines(why))
    assert "the model says q0.9 of price = 3" in text
    assert "90 % are meant to lie at or below q0.9 of price" in " ".join(text.split())


def test_a_network_of_no_quantile_says_none():
    net = Network([Dense(1, 1, "identity", W=[[2.0]], b=[1.0])], dtype="float64")
    why = told(net)
    assert why.quantile is None
    assert "meant to lie" not in "\n".join(reasons_lines(why))


def test_a_name_keeps_its_letters_at_the_head_of_a_sentence():
    along = gn.partial_dependence(several(), X, "x[0]")
    assert dependence_text(along).startswith("q0.5, as the model says it")
    plain = Network([Dense(1, 1, "identity", W=[[2.0]], b=[1.0])], dtype="float64")
    assert dependence_text(gn.partial_dependence(plain, X, "x[0]")).startswith("The answer, as")


def test_the_same_quantile_of_several_targets_is_told_with_what_it_is_of():
    net = Network([Dense(1, 2, "identity", W=[[2.0], [3.0]], b=[1.0, 0.0])], Pinball(0.9),
                  dtype="float64")  # fmt: skip
    why = told(net, targets=("price", "rent"))
    assert (why.shares.of, why.quantile) == ("q0.9 of price", 0.9)
    assert list(why.beside) == ["q0.9 of rent"]
    assert told(net, targets=("price", "rent"), of="rent").shares.of == "q0.9 of rent"
    assert told(net, targets=()).shares.of == "q0.9 of 0"
