"""What programs written for scikit-learn's MLP count on beside fit and predict."""

import copy
import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.datasets import load_iris, load_wine, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import StandardScaler

from glassnet.sklearn import NetworkClassifier, NetworkRegressor

pytestmark = [
    pytest.mark.outside,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]
IRIS = load_iris(return_X_y=True)
BOTH = (NetworkClassifier, NetworkRegressor)


# -- weights that are put in ----------------------------------------------------------------


def test_weights_are_kept_and_put_back():
    net = NetworkClassifier((5,), max_iter=3, random_state=0).fit(*IRIS)
    before, kept = net.predict_proba(IRIS[0]), copy.deepcopy((net.coefs_, net.intercepts_))
    net.partial_fit(*IRIS)
    assert not np.allclose(net.predict_proba(IRIS[0]), before, rtol=1e-6)
    net.coefs_, net.intercepts_ = kept
    assert (net.predict_proba(IRIS[0]) == before).all()


def test_a_layer_s_weights_are_put_in():
    net = NetworkClassifier((5,), max_iter=3, random_state=0).fit(*IRIS)
    net.coefs_[1] = np.zeros((5, 3))
    net.intercepts_[1] = np.log([1.0, 2.0, 5.0])
    assert np.allclose(net.predict_proba(IRIS[0]), [0.125, 0.25, 0.625])


def test_weights_of_another_shape_are_refused_and_none_is_changed():
    net = NetworkClassifier((5,), max_iter=3, random_state=0).fit(*IRIS)
    before = net.predict_proba(IRIS[0])
    with pytest.raises(ValueError, match=r"coefs_ takes arrays of the shapes \[\(4, 5\)\]"):
        net.coefs_[0] = np.zeros((5, 4))
    with pytest.raises(ValueError, match="intercepts_ takes arrays of the shapes"):
        net.intercepts_ = [np.zeros(5)]
    with pytest.raises(AttributeError, match="not fitted yet"):
        NetworkClassifier().coefs_ = [np.zeros((4, 3))]
    assert (net.predict_proba(IRIS[0]) == before).all()


def test_lists_of_weights_are_pickled_as_lists():
    net = NetworkClassifier((5,), max_iter=3, random_state=0).fit(*IRIS)
    again = pickle.loads(pickle.dumps(net.coefs_))
    assert type(again) is list
    assert [W.shape for W in again] == [(4, 5), (5, 3)]


# -- what a parameter may be ------------------------------------------------------------------

TAKEN = (
    {"n_iter_no_change": np.inf},
    {"n_iter_no_change": np.inf, "early_stopping": True},
    {"validation_fraction": 0},
    {"validation_fraction": 0.0, "solver": "lbfgs", "early_stopping": True},
    {"hidden_layer_sizes": np.array([4, 3])},
    {"hidden_layer_sizes": np.int64(4)},
    {"batch_size": 10_000},
    {"power_t": 0, "solver": "sgd", "learning_rate": "invscaling"},
    {"beta_1": 0, "beta_2": 0.0},
    {"alpha": 0, "tol": 0},
    {"verbose": 0},
    {"random_state": np.random.RandomState(3)},  # as programs give it
)


@pytest.mark.parametrize("given", TAKEN, ids=lambda given: ", ".join(given))
def test_what_scikit_learn_s_takes_ours_takes(given):
    for theirs, ours in zip((MLPClassifier, MLPRegressor), BOTH, strict=True):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs(max_iter=5).set_params(**given).fit(*IRIS)
        ours(max_iter=5).set_params(**given).fit(*IRIS)


def test_endless_patience_goes_on_to_the_last_epoch():
    X, y = StandardScaler().fit_transform(IRIS[0]), IRIS[1]
    for early in (False, True):
        net = NetworkClassifier((4,), max_iter=40, tol=1e9, early_stopping=early)
        assert net.set_params(n_iter_no_change=np.inf).fit(X, y).n_iter_ == 40


# -- how a training ends ------------------------------------------------------------------------


@pytest.mark.parametrize("Ours", BOTH)
def test_lbfgs_that_runs_out_of_evaluations_warns(Ours):
    net = Ours(hidden_layer_sizes=(8,), solver="lbfgs", tol=0.0, max_fun=10, random_state=0)
    with pytest.warns(ConvergenceWarning, match="max_fun, 10, was reached"):
        net.fit(*IRIS)
    assert net.n_iter_ <= 10


def test_with_early_stopping_tol_is_how_far_the_loss_on_rows_held_back_has_to_fall():
    X, y = load_wine(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    given = {"solver": "sgd", "early_stopping": True, "max_iter": 800, "random_state": 0}
    ends = [NetworkClassifier((8,), tol=tol, **given).fit(X, y).n_iter_ for tol in (0.05, 0.0)]
    assert ends[0] < 200 < ends[1]


def test_early_stopping_takes_the_best_epoch_back_also_where_tol_ended_it():
    X, y = load_wine(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    net = NetworkClassifier((8,), solver="sgd", early_stopping=True, tol=0.05, random_state=0)
    net.fit(X, y)
    assert net.history_.stopped == "early"
    assert net.history_.restored
    best = int(np.argmin(net.validation_loss_curve_)) + 1
    assert net.history_.best_epoch == best


def test_an_adaptive_rate_falls_with_early_stopping_too():
    given = {"solver": "sgd", "learning_rate": "adaptive", "early_stopping": True, "tol": 0.05}
    net = NetworkClassifier((8,), **given, max_iter=2000, random_state=0).fit(*IRIS)
    rates = {row["learning_rate"] for row in net.history_.epochs}
    assert min(rates) < 1e-6 < 1e-3 == max(rates)


def test_best_loss_is_none_where_rows_held_back_decide():
    nets = [
        NetworkClassifier((4,), max_iter=4, early_stopping=early).fit(*IRIS)
        for early in (True, False)
    ]
    assert nets[0].best_loss_ is None
    assert nets[1].best_loss_ == min(nets[1].loss_curve_)


def test_scores_of_a_training_that_diverged_end_in_nan():
    X, y = make_regression(100, 4, random_state=0)
    given = {"activation": "identity", "solver": "sgd", "learning_rate_init": 1.0}
    net = NetworkRegressor(hidden_layer_sizes=50, **given, early_stopping=True, random_state=0)
    net.fit(X, y)
    assert len(net.validation_scores_) == net.n_iter_
    assert isinstance(net.validation_scores_[-1], float)
    assert np.isnan(net.validation_scores_[-1])
    assert net.best_validation_score_ == np.nanmax(net.validation_scores_)


# -- tables ----------------------------------------------------------------------------------


@pytest.mark.parametrize("library", [pd, pl], ids=["pandas", "polars"])
def test_columns_of_yes_and_no_are_numbers_as_there(library):
    X, y = IRIS
    columns = {"length": X[:, 2], "wide": X[:, 1] > 3, "long": X[:, 0] > 6}
    frame = library.DataFrame(columns)
    net = NetworkClassifier((4,), max_iter=20, random_state=0).fit(frame, y)
    numbers = np.column_stack([*columns.values()]).astype(float)
    same = NetworkClassifier((4,), max_iter=20, random_state=0).fit(numbers, y)
    assert net.preparation_ is None
    assert (net.predict_proba(frame) == same.predict_proba(numbers)).all()


# -- first weights -----------------------------------------------------------------------------

ONE_BATCH = (
    {"solver": "adam", "epsilon": 1e-16},
    {"solver": "adam", "epsilon": 1e-16, "activation": "logistic", "hidden_layer_sizes": (5, 4)},
    {"solver": "sgd", "activation": "tanh"},
    {"solver": "sgd", "activation": "identity", "momentum": 0.5, "nesterovs_momentum": False},
    # the rate falls, and what momentum has gathered does not
    {"solver": "sgd", "learning_rate": "invscaling", "learning_rate_init": 0.2},
    {"solver": "sgd", "learning_rate": "invscaling", "nesterovs_momentum": False},
    {"solver": "sgd", "learning_rate": "adaptive", "tol": 1e3, "n_iter_no_change": 2},
)


@pytest.mark.parametrize("given", ONE_BATCH, ids=lambda given: " ".join(map(str, given.values())))
def test_the_same_random_state_ends_in_the_same_weights_where_all_rows_are_one_batch(given):
    for theirs, ours in zip((MLPClassifier, MLPRegressor), BOTH, strict=True):
        given = {"hidden_layer_sizes": (6,), "max_iter": 15, "random_state": 7} | given
        a, b = ours(**given).fit(*IRIS), theirs(**given).fit(*IRIS)
        for mine, other in zip(a.coefs_ + a.intercepts_, b.coefs_ + b.intercepts_, strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-7)


def test_numbers_of_one_input_are_learned_as_well_as_there():
    # with biases of 0 all neurons bend at 0, and of few inputs they take long to leave it
    x = np.random.default_rng(0).uniform(-6, 6, (500, 1))
    given = {"hidden_layer_sizes": (30, 20), "max_iter": 300, "random_state": 0}
    scores = [Kind(**given).fit(x, np.cos(x[:, 0])).score(x, np.cos(x[:, 0]))
              for Kind in (NetworkRegressor, MLPRegressor)]  # fmt: skip
    assert min(scores) > 0.9


def test_an_initializer_that_is_named_is_taken():
    net = NetworkClassifier((50,), initializer="he_normal", max_iter=1, learning_rate_init=1e-9)
    net.fit(*IRIS)
    assert np.abs(net.intercepts_[0]).max() < 1e-6
    assert np.abs(net.coefs_[0]).max() > np.sqrt(6 / 54)  # beyond Glorot's bound
