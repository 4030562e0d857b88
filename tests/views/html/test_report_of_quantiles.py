"""A report of quantiles says which quantile each of its numbers, charts and reasons is of."""

import re
from dataclasses import replace

import numpy as np
import pytest

from glassnet.core.layers import Dense
from glassnet.core.losses import Pinball
from glassnet.core.network import Network
from glassnet.training.events import History
from glassnet.training.measure.report import About, make_report
from glassnet.views.html.report_page import report_page
from glassnet.views.html.words import in_words
from glassnet.views.svg.charts import LEFT, Line, curves, scatter


def words(html):
    html = re.sub(r"<style.*?</style>", "", html, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html).replace("&nbsp;", " "))


@pytest.fixture(scope="module", params=[(0.1, 0.5, 0.9), 0.9], ids=["several", "one"])
def page(request):
    aimed = request.param
    n = len(aimed) if isinstance(aimed, tuple) else 1
    net = Network([Dense(2, n, "identity")], Pinball(aimed), dtype="float64")
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    y = X[:, 0] + rng.normal(size=60)
    about = About(data="houses", targets=("price",))
    report = make_report(net, X[:40], y[:40], X[40:], y[40:], History(), about=about)
    return n, report, report_page(replace(report, groups=None), net)


def test_the_head_says_which_quantiles_it_predicts(page):
    n, _, html = page
    said = {
        3: "It predicts q0.1, q0.5 and q0.9 of price: 10 %, 50 % and 90 % of such rows are meant "
        "to lie at or below them.",
        1: "It predicts q0.9 of price: 90 % of such rows are meant to lie at or below it.",
    }
    assert said[n] in words(html)
    assert "It predicts numbers" not in html


def test_each_chart_says_which_quantile_it_is_of_and_how_much_lies_below_its_line(page):
    n, _, html = page
    for name in {3: ("q0.1", "q0.5", "q0.9"), 1: ("q0.9",)}[n]:
        assert html.count(f">{name}, as predicted<") == 1
    said = {
        3: "90 % of the points of q0.1, 50 % of the points of q0.5 and 10 % of the points of q0.9 "
        "are meant to be below it",
        1: "10 % of the points of q0.9 of price are meant to be below it",
    }
    assert said[n] in words(html)
    assert "the prediction is right" not in words(html)


def test_the_share_below_a_quantile_is_called_so():
    assert in_words("at_or_below[0.1]") == "at or below q0.1"


@pytest.mark.parametrize("top", [10.0, 1_200_000.0, 123_000_000.0])
def test_the_longest_number_of_an_axis_has_room(top):
    for chart in (
        scatter([(0.0, 0.0), (top, top)], "true", "predicted"),
        curves([Line("mean", "train", [0.0, 1.0, 2.0], [0.0, top, top])], "x", "y", counted=False),
    ):
        ends = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="end"[^>]*>([\d,.]+)</text>', chart)
        assert ends
        # 7.2: the width of a figure of 13 units, a comma being narrower
        assert all(float(x) - 7.2 * len(text) >= 0 for x, text in ends), ends
        assert all(float(x) >= LEFT - 8 for x, _ in ends)


def test_the_same_quantile_of_several_targets_is_told_with_them():
    net = Network([Dense(2, 2, "identity")], Pinball(0.9), dtype="float64")
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(60, 2)), rng.normal(size=(60, 2))
    about = About(data="houses", targets=("price", "rent"))
    report = make_report(net, X[:40], y[:40], X[40:], y[40:], History(), about=about)
    html = report_page(replace(report, groups=None), net)
    told = words(html)
    assert "It predicts q0.9 of price and q0.9 of rent: 90 % of such rows" in told
    assert "10 % of the points of q0.9 of price and 10 % of the points of q0.9 of rent" in told
    assert "true: price" in html
    assert "true: rent" in html
