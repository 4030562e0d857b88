"""The page of quantiles, and of several yes/no targets, tells what its numbers are."""

import re

import numpy as np
import pytest
from tests.model_pages import SETTLED, of_each, opened

from glassnet.core.layers import Dense
from glassnet.core.losses import Pinball
from glassnet.core.network import Network
from glassnet.data import YesNo
from glassnet.exchange.code.plan import CodePlan, Remembered
from glassnet.views.html.model_page import model_page

ROWS = [[0.5, -1.0], [-2.0, 3.0], [0.0, 0.0]]
FOLDS = {"at_or_below[0.1]": 0.067, "at_or_below[0.5]": 0.478, "at_or_below[0.9]": 0.867,
         "pinball": 50_099.9, "within": 0.8}  # fmt: skip


def quantiles():
    # of the row [-2, 3] the outputs fall: 13, 5, −1
    W = [[-1.0, 3.0], [2.0, 3.0], [2.0, 1.0]]
    net = Network([Dense(2, 3, "identity", W=W, b=[2.0, 0.0, 0.0])], Pinball((0.1, 0.5, 0.9)),
                  dtype="float64")  # fmt: skip
    return CodePlan(net, targets=("price",), remembered=Remembered(test="20 rows", figures=FOLDS))


def single():
    net = Network([Dense(2, 1, "identity", W=[[1.0, 2.0]], b=[0.0])], Pinball(0.9),
                  dtype="float64")  # fmt: skip
    figures = {"at_or_below": 0.928, "r2": 0.57, "mae": 9.0, "rmse": 12.0}
    return CodePlan(net, targets=("price",), remembered=Remembered(test="20 rows", figures=figures))


def yes_no():
    net = Network([Dense(2, 2, "sigmoid", W=[[1.0, 0.0], [0.0, 1.0]], b=[-1.0, 0.0])],
                  "binary_cross_entropy", dtype="float64")  # fmt: skip
    net.yes_no = YesNo((("no", "yes"), ("dry", "rain")), (0.2, 0.75))
    return CodePlan(net, targets=("smokes", "weather"))


def words(html):
    html = re.sub(r"<(style|script).*?</\1>", "", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ")


def test_the_head_names_the_quantiles():
    told = words(model_page(quantiles()))
    assert "answers with the quantiles q0.1, q0.5 and q0.9 of price" in told
    assert "between the outer quantiles 80.0 %" in told
    assert "6.7 % at or below q0.1, where 10 % are aimed at" in told
    assert "86.7 % at or below q0.9, where 90 % are aimed at, on 20 rows" in told


def test_a_single_quantile_is_not_judged_as_a_prediction():
    told = words(model_page(single()))
    assert "answers with the quantile q0.9 of price" in told
    assert "92.8 % at or below q0.9, where 90 % are aimed at" in told
    assert "R²" not in told


def test_yes_and_no_are_no_numbers():
    assert "answers with yes or no to 2 targets" in words(model_page(yes_no()))


@pytest.mark.outside
def test_quantiles_are_in_order_and_the_median_is_told_first(chromium, tmp_path):
    plan = quantiles()
    with opened(chromium, tmp_path, plan) as page:
        page.wait_for_selector(SETTLED)
        said = np.array(of_each(page, ROWS, "(row) => predict(row).y"))
        np.testing.assert_allclose(said, plan.net.predict(ROWS), rtol=1e-12)
        assert (np.diff(said) >= 0).all()
        assert page.inner_text("#said").split()[0] == "q0.5"
        assert page.locator("#outputs .name").all_inner_texts() == ["q0.1", "q0.5", "q0.9"]
        assert "50\u00a0% are meant to lie at or below q0.5" in page.inner_text("#limits")
        page.click("#outputs button >> nth=2")
        assert page.inner_text("#said").split()[0] == "q0.9"
        assert page.inner_text("#why-title") == "Why q0.9"


@pytest.mark.outside
def test_yes_is_said_from_the_models_own_threshold(chromium, tmp_path):
    # of zeros the probabilities are 0.269 and 0.5, the thresholds 0.2 and 0.75
    with opened(chromium, tmp_path, yes_no()) as page:
        page.wait_for_selector(SETTLED)
        assert page.locator("#outputs .name").all_inner_texts() == ["smokes = yes", "weather = dry"]
        assert page.inner_text("#said").split("\n")[0].startswith("smokes = yes")
        assert "26.9\u00a0% for yes" in page.inner_text("#said")
        assert "Called yes from a probability of 20.0\u00a0% on" in page.inner_text("#limits")


def test_the_same_quantile_of_several_targets_is_named_by_them():
    net = Network([Dense(2, 2, "identity", W=[[1.0, 2.0], [0.0, 1.0]], b=[0.0, 0.0])],
                  Pinball(0.9), dtype="float64")  # fmt: skip
    figures = {"at_or_below": 0.928, "r2": 0.57}
    remembered = Remembered(test="20 rows", figures=figures)
    told = words(model_page(CodePlan(net, targets=("price", "rent"), remembered=remembered)))
    assert "the quantiles q0.9 of price and q0.9 of rent, and says why" in told
    assert "92.8 % at or below q0.9, where 90 % are aimed at" in told
    assert "R²" not in told
    named = re.findall(
        r'"name":"(q0.9 of \w+)"', model_page(CodePlan(net, targets=("price", "rent")))
    )
    assert named == ["q0.9 of price", "q0.9 of rent"]
