"""Stated coverage: it holds for rows that can change places, whatever the network says of them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassnet.core.errors import InputError
from glassnet.core.network import Network
from glassnet.training import Conformal, conformalize
from glassnet.training.measure import conformal


def a_net(n_out=1, classes=None, seed=0):
    output = "softmax" if classes else "identity"
    net = Network.dense([2, 5, n_out], output=output, seed=seed, dtype="float64")
    net.classes = classes
    return net


def rows(n, n_out=1, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 2))
    y = X @ rng.normal(size=(2, n_out)) + rng.standard_t(3, size=(n, n_out))
    return X, y[:, 0] if n_out == 1 else y


@given(n=st.integers(1, 14), coverage=st.floats(0.05, 0.95), seed=st.integers(0, 50))
def test_each_of_n_and_one_rows_in_turn_is_within_as_often_as_stated(n, coverage, seed):
    """Exchangeability, counted out: of n + 1 rows each is the new one once."""
    net, (X, y) = a_net(), rows(n + 1, seed=seed)
    k = math.ceil((n + 1) * coverage - 1e-9)
    if k > n:
        with pytest.raises(InputError, match="needs"):
            conformalize(net, X[1:], y[1:]).quantile(coverage)
        return
    within = 0
    for i in range(n + 1):
        others = np.arange(n + 1) != i
        low, high = conformalize(net, X[others], y[others]).predict_interval(X[[i]], coverage)
        within += int((low <= y[i]).item() and (y[i] <= high).item())
    assert within == k  # no two scores are equal: exactly k of n + 1


@given(n=st.integers(9, 14), seed=st.integers(0, 50))
def test_equal_rows_and_labels_never_lower_the_coverage(n, seed):
    rng = np.random.default_rng(seed)
    net = a_net(3, ["a", "b", "c"], seed)
    X = rng.integers(0, 2, size=(n + 1, 2)).astype(float)
    y = rng.choice(["a", "b", "c"], n + 1)
    within = 0
    for i in range(n + 1):
        others = np.arange(n + 1) != i
        found = conformalize(net, X[others], y[others]).predict_set(X[[i]], 0.8)[0]
        within += found[["a", "b", "c"].index(y[i])]
    assert within >= 0.8 * (n + 1) - 1e-9


def test_new_rows_are_within_as_often_as_stated():
    net, shares = a_net(2), []
    for seed in range(400):
        X, y = rows(59 + 50, 2, seed)
        low, high = conformalize(net, X[:59], y[:59]).predict_interval(X[59:], 0.9)
        shares.append(((low <= y[59:]) & (y[59:] <= high)).mean(axis=0))
    assert np.abs(np.mean(shares, axis=0) - 54 / 60).max() < 0.01


def test_rows_of_new_groups_are_within_where_groups_are_named_and_not_where_they_are_not():
    """Each group has a shift of its own and of many rows but one group: rows tell little."""
    net, by_group, by_row = a_net(), [], []
    for layer in net.dense_layers:
        layer.W[...] = layer.b[...] = 0.0
    rng = np.random.default_rng(0)
    for _ in range(400):
        sizes = np.array([60] + [2] * 18)
        group = np.repeat(np.arange(19), sizes)
        shift = rng.normal(size=20) * 3
        y = shift[group] + rng.normal(size=len(group)) * 0.1
        X = np.zeros((len(y), 2))
        new = shift[19] + rng.normal(size=30) * 0.1
        for into, groups in ((by_group, group), (by_row, None)):
            low, high = conformalize(net, X, y, groups=groups).predict_interval(X[:30], 0.9)
            into.append(((low <= new) & (new <= high)).mean())
    assert np.mean(by_group) >= 0.885
    assert np.mean(by_row) < 0.85


def test_groups_count_alike_and_too_few_of_them_are_told():
    net, (X, y) = a_net(), rows(40)
    with pytest.raises(InputError, match=r"needs 9 groups .* and there are 4: ask for at most 0.8"):
        conformalize(net, X, y, groups=np.arange(40) % 4).quantile(0.9)
    alone = conformalize(net, X, y, groups=np.arange(40)).quantile(0.9)
    assert alone == conformalize(net, X, y).quantile(0.9)


def test_a_set_has_the_classes_that_are_as_likely_as_true_ones_usually_are():
    net = a_net(3, ["a", "b", "c"])
    X, y = rows(200)[0], np.random.default_rng(1).choice(["a", "b", "c"], 200)
    by = conformalize(net, X, y)
    p = net.predict_proba(X)
    own = p[np.arange(200), np.unique(y, return_inverse=True)[1]]
    least = np.sort(own)[200 - math.ceil(201 * 0.9)]
    assert (by.predict_set(X, 0.9) == (p >= least - 1e-6)).all()


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "cross_entropy"])
def test_two_classes_with_one_output_or_two(loss):
    single = loss.startswith("binary")
    net = Network.dense(
        [2, 1 if single else 2], output="sigmoid" if single else "softmax", loss=loss
    )
    net.classes = ["no", "yes"]
    X, y = rows(100)[0], np.where(np.arange(100) % 2, "yes", "no")
    assert conformalize(net, X, y).predict_set(X, 0.9).shape == (100, 2)


@given(n=st.integers(1, 60), data=st.data())
def test_how_the_coverage_varies_is_what_draws_show(n, data):
    k = data.draw(st.integers(1, n))
    x = conformal._beta_quantile(0.05, k, n)
    draws = np.sort(np.random.default_rng(0).random((4000, n)), axis=1)[:, k - 1]
    assert abs((draws <= x).mean() - 0.05) < 0.02


@pytest.mark.parametrize("groups", [None, np.arange(30) % 12])
def test_what_is_saved_comes_back(groups):
    net, (X, y) = a_net(2), rows(30, 2)
    by = conformalize(net, X, y, groups=groups)
    again = Conformal.from_spec(net, by.spec())
    assert again.rows == by.rows
    assert np.allclose(again.quantile(0.8), by.quantile(0.8), rtol=1e-6)
    assert again.holds(0.8) == by.holds(0.8)


def test_a_record_that_fits_no_network_is_refused():
    net, (X, y) = a_net(), rows(30)
    good = conformalize(net, X, y).spec()
    bad = [
        {"scores": []}, {"scores": [[]]}, {"scores": [[1.0], [2.0]]}, {"scores": [["a"]]},
        {"scores": [[-1.0]]}, {"scores": [[float("nan")]]}, {"groups": [0]}, {"scores": None},
        {"groups": [0] * 29 + [2]}, {"groups": "x"},
    ]  # fmt: skip
    for change in bad:
        with pytest.raises(InputError, match="does not fit"):
            Conformal.from_spec(net, good | change)
    with pytest.raises(InputError, match="does not fit"):
        Conformal.from_spec(net, {})


def test_of_many_scores_some_are_kept_and_of_infinite_ones_none():
    net = a_net()
    s = np.random.default_rng(0).exponential(size=(10_000, 1))
    few = conformal.kept(net, [s], None, "")
    assert few is not None
    assert len(few.scores) == conformal.MOST
    assert abs(few.quantile(0.9)[0] - np.quantile(s, 0.9)) < 0.15
    assert conformal.kept(net, [s, np.array([[np.inf]])], None, "") is None


def test_sentences():
    net, (X, y) = a_net(), rows(20)
    by = conformalize(net, X, y)
    with pytest.raises(InputError, match=r"a coverage of 0.99 needs 99 rows .* at most 0.952"):
        by.predict_interval(X, 0.99)
    with pytest.raises(InputError, match="answers with numbers"):
        by.predict_set(X)
    with pytest.raises(InputError, match=r"coverage is 1\.5"):
        by.predict_interval(X, 1.5)
    with pytest.raises(InputError, match="one value a row"):
        conformalize(net, X, y, groups=[1, 2])
    with pytest.raises(InputError, match="answers with classes"):
        conformalize(a_net(2, ["a", "b"]), X, ["a", "b"] * 10).predict_interval(X)
