"""The same parameters on the same rows: the numbers that scikit-learn's own networks reach."""

import warnings
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_multilabel_classification, make_regression
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from glassnet.core.network import Network
from glassnet.estimators import parameters
from glassnet.sklearn import NetworkClassifier, NetworkRegressor

# Adam's epsilon stands beside √v̂ in the paper and here, beside √v there: as good as none of it
ADAM = {"solver": "adam", "learning_rate_init": 0.01, "epsilon": 1e-16}
SOLVERS = {
    "adam": ADAM,
    "adam's own numbers": ADAM | {"beta_1": 0.8, "beta_2": 0.95},
    "sgd": {"solver": "sgd", "momentum": 0.0, "learning_rate_init": 0.1},
    "momentum": {"solver": "sgd", "nesterovs_momentum": False, "learning_rate_init": 0.05},
    "nesterov": {"solver": "sgd", "learning_rate_init": 0.05},
    "a falling rate": {"solver": "sgd", "momentum": 0.0, "learning_rate": "invscaling"},
    "penalty": ADAM | {"alpha": 3.0},
    "batches": ADAM | {"batch_size": 16, "alpha": 0.5},
}
TASKS = ("two classes", "three classes", "several at once", "a number", "two numbers")


def rows(task):
    X, y = load_iris(return_X_y=True)
    X = (X - X.mean(0)) / X.std(0)
    X, y = X[:144], y[:144]  # nine batches of 16
    if task == "two classes":
        return X, np.where(y == 0, "setosa", "another")
    if task == "three classes":
        return X, y
    if task == "several at once":
        X, y = make_multilabel_classification(64, 5, n_classes=3, random_state=0)
        return (X - X.mean(0)) / X.std(0), y
    X, y = make_regression(64, 4, n_targets=1 + (task == "two numbers"), random_state=1)
    return X, y / y.std()


def both(task, **given):
    """scikit-learn's network and ours, of the same first weights, fitted on the same rows."""
    ours, theirs = (
        (NetworkClassifier, MLPClassifier)
        if task in TASKS[:3]
        else (NetworkRegressor, MLPRegressor)
    )
    X, y = rows(task)
    common = {
        "hidden_layer_sizes": (7, 5), "activation": "tanh", "shuffle": False, "max_iter": 1,
        "warm_start": True, "random_state": 3, "tol": 0.0, "n_iter_no_change": 1000,
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        a, b = ours(**common, **given).fit(X, y), theirs(**common, **given).fit(X, y)
        for mine, coefs, biases in zip(
            a.network_.dense_layers, b.coefs_, b.intercepts_, strict=True
        ):
            mine.W, mine.b = coefs.T, biases
        a.t_ = b.t_ = 0
        a.set_params(max_iter=30).fit(X, y)
        b.set_params(max_iter=30).fit(X, y)
    return X, y, a, b


@pytest.mark.parametrize("solver", SOLVERS)
@pytest.mark.parametrize("task", TASKS)
def test_thirty_epochs_end_in_the_same_weights(task, solver):
    _, _, a, b = both(task, **SOLVERS[solver])
    for mine, theirs in zip(a.coefs_ + a.intercepts_, b.coefs_ + b.intercepts_, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-9)
    assert (a.n_iter_, a.t_, a.n_layers_, a.n_outputs_, a.out_activation_) == (
        b.n_iter_, b.t_, b.n_layers_, b.n_outputs_, b.out_activation_,
    )  # fmt: skip


@pytest.mark.parametrize("task", TASKS[:3])
def test_probabilities_are_the_same(task):
    X, _, a, b = both(task, **SOLVERS["adam"])
    np.testing.assert_allclose(a.predict_proba(X), b.predict_proba(X), rtol=1e-7, atol=1e-10)
    np.testing.assert_array_equal(a.predict(X), b.predict(X))
    np.testing.assert_array_equal(a.classes_, b.classes_)


def test_weights_of_rows_count_as_there():
    X, y = rows("three classes")
    w = np.random.default_rng(0).uniform(0, 3, len(y))
    common = {
        "hidden_layer_sizes": (6,), "activation": "logistic", "shuffle": False, "max_iter": 1,
        "warm_start": True, "random_state": 3, "alpha": 2.0, "solver": "sgd", "tol": 0.0,
        "n_iter_no_change": 1000,
    }  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        a = NetworkClassifier(**common).fit(X, y, sample_weight=w)
        b = MLPClassifier(**common).fit(X, y, sample_weight=w)
        for mine, coefs, biases in zip(
            a.network_.dense_layers, b.coefs_, b.intercepts_, strict=True
        ):
            mine.W, mine.b = coefs.T, biases
        a.set_params(max_iter=20).fit(X, y, sample_weight=w)
        b.set_params(max_iter=20).fit(X, y, sample_weight=w)
    for mine, theirs in zip(a.coefs_, b.coefs_, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(
    ("ours", "theirs"), [(NetworkClassifier, MLPClassifier), (NetworkRegressor, MLPRegressor)]
)
def test_every_parameter_of_theirs_is_there_with_its_default_and_in_the_table(ours, theirs):
    own, known = ours().get_params(), theirs().get_params()
    assert {name: own.get(name) for name in known} == known
    page = (Path(__file__).parents[2] / "docs" / "scikit-learn.md").read_text("utf-8")
    told = page.partition("## Parameter by parameter")[2].partition("| what a fit leaves |")[0]
    first = " ".join(row.split("|")[1] for row in told.splitlines() if row.startswith("|"))
    missing = [name for name in known if f"`{name}`" not in first and f"`{name}=" not in first]
    assert not missing
    table = parameters.__doc__ or ""
    here = {"shuffle", "verbose", "warm_start", "power_t", "learning_rate", "loss"}  # by their name
    assert not [name for name in known if name not in table and name not in here]


@pytest.mark.parametrize("most", [1, 7, 40])
def test_lbfgs_ends_after_max_fun_evaluations(most, monkeypatch):
    X, y, calls = *rows("three classes"), []
    gradient = Network.gradient
    monkeypatch.setattr(
        Network, "gradient", lambda net, *given: calls.append(1) or gradient(net, *given)
    )
    clf = NetworkClassifier((5,), solver="lbfgs", max_fun=most, max_iter=500, random_state=0)
    with pytest.warns(ConvergenceWarning, match=f"max_fun, {most}, was reached"):
        clf.fit(X, y)
    assert most <= len(calls) <= most + 40  # to the end of an iteration, whose search may be long
