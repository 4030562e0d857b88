"""What scikit-learn's tools do with the estimators, and what its users have asked its own for."""

import doctest
import pickle
import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest
import sklearn
from scipy import sparse
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import glassnet as gn
from glassnet.estimators.rows import SparseRows
from glassnet.sklearn import NetworkClassifier, NetworkRegressor
from glassnet.training import rows as training_rows

pytestmark = [
    pytest.mark.outside,
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]
IRIS = load_iris(return_X_y=True)
SCALED = (StandardScaler().fit_transform(IRIS[0]), IRIS[1])


def quick(**given):
    return NetworkClassifier((6,), solver="lbfgs", max_iter=40, random_state=0, **given)


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(0)
    age, home = rng.integers(18, 90, 200), rng.choice(["north", "south", "east"], 200)
    speaks = 1 / (1 + np.exp(-(age - 50) / 4 - 3.0 * (home == "north")))
    answer = np.where(rng.random(200) < speaks, "yes", "no")
    return pd.DataFrame({"age": age.astype(float), "home": home}), answer


def test_pipeline_search_and_cross_validation():
    pipe = make_pipeline(StandardScaler(), quick())
    search = GridSearchCV(pipe, {"networkclassifier__alpha": [0.01, 1.0]}, cv=3).fit(*IRIS)
    assert search.best_score_ > 0.93
    assert cross_val_score(pipe, *IRIS, cv=3).mean() > 0.93


@pytest.mark.parametrize("frames", ["pandas", "polars"])
def test_behind_a_step_that_gives_frames(frames):
    plain = make_pipeline(StandardScaler(), quick()).fit(*IRIS)
    pipe = make_pipeline(StandardScaler(), quick()).set_output(transform=frames).fit(*IRIS)
    np.testing.assert_array_equal(pipe.predict_proba(IRIS[0]), plain.predict_proba(IRIS[0]))
    assert list(pipe[-1].feature_names_in_) == ["x0", "x1", "x2", "x3"]


def test_calibration():
    calibrated = CalibratedClassifierCV(quick(), cv=3).fit(*SCALED)
    assert calibrated.score(*SCALED) > 0.9


def test_weights_are_routed():
    w = np.where(SCALED[1] == 2, 0.0, 1.0)
    with sklearn.config_context(enable_metadata_routing=True):
        estimator = quick().set_fit_request(sample_weight=True)
        estimator.set_score_request(sample_weight=False)
        found = cross_validate(
            estimator, *SCALED, cv=3, params={"sample_weight": w}, return_estimator=True
        )
    assert all((e.predict(SCALED[0]) != 2).all() for e in found["estimator"])


def test_clone_and_pickle():
    fitted = quick(activation=["tanh"], class_weight="balanced").fit(*SCALED)
    assert clone(fitted).get_params() == fitted.get_params()
    again = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(again.predict_proba(SCALED[0]), fitted.predict_proba(SCALED[0]))


def test_strings_as_classes_and_their_weights():
    y = np.array(["ape", "bee", "cat"])[IRIS[1]]
    fitted = quick(class_weight={"cat": 50.0}).fit(SCALED[0], y)
    assert fitted.classes_.tolist() == ["ape", "bee", "cat"] == fitted.network_.classes
    assert (fitted.predict(SCALED[0][y == "cat"]) == "cat").all()


def test_partial_fit_is_the_fit_of_as_many_epochs():
    given = {"hidden_layer_sizes": (5,), "shuffle": False, "batch_size": 50, "random_state": 4}
    whole = NetworkClassifier(max_iter=6, tol=0, n_iter_no_change=99, **given).fit(*SCALED)
    parts = NetworkClassifier(**given)
    for _ in range(6):
        parts.partial_fit(*SCALED, classes=[0, 1, 2])
    for a, b in zip(whole.coefs_, parts.coefs_, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-12)
    assert parts.t_ == whole.t_ == 900
    np.testing.assert_allclose(parts.loss_curve_, whole.loss_curve_, rtol=1e-9)


def test_partial_fit_learns_classes_that_come_later():
    net = NetworkClassifier((4,), random_state=0)
    net.partial_fit(SCALED[0][:50], SCALED[1][:50], classes=[0, 1, 2])
    net.partial_fit(*SCALED)
    assert net.predict_proba(SCALED[0]).shape == (150, 3)


def test_partial_fit_is_not_for_lbfgs():
    assert not hasattr(quick(), "partial_fit")


def test_early_stopping_tells_both_curves():
    net = NetworkClassifier((16,), early_stopping=True, random_state=0, learning_rate_init=0.01)
    net.fit(*SCALED)
    assert len(net.loss_curve_) == len(net.validation_loss_curve_) == len(net.validation_scores_)
    assert net.best_validation_score_ == max(net.validation_scores_)
    assert net.history_.restored


def test_a_loss_that_no_longer_falls_ends_the_training():
    net = NetworkClassifier((4,), tol=1e3, n_iter_no_change=3, random_state=0).fit(*SCALED)
    assert net.n_iter_ == 5  # the first epoch falls from nowhere, then four do not


def test_an_adaptive_rate_falls_before_the_end():
    net = NetworkClassifier(
        (4,), solver="sgd", learning_rate="adaptive", tol=1e3, n_iter_no_change=1, random_state=0
    ).fit(*SCALED)
    rates = net.history_["learning_rate"]
    assert rates[0] == pytest.approx(1e-3)
    assert rates[-1] < 1e-5
    assert net.n_iter_ < 200


@pytest.mark.parametrize("form", [sparse.csr_matrix, sparse.csc_array, sparse.coo_array])
@pytest.mark.parametrize(
    "given",
    [
        {},
        {"batch_size": 7},
        {"solver": "sgd", "early_stopping": True, "batch_size": 20},
        {"solver": "lbfgs", "alpha": 0.1},
        {"dropout": 0.3, "class_weight": "balanced"},
    ],
    ids=str,
)
def test_sparse_rows_are_learned_from_as_dense_ones_are(monkeypatch, form, given):
    monkeypatch.setattr(training_rows, "AT_ONCE", 40 * 4 * 8)  # 40 rows of iris at a time
    X, y = np.where(IRIS[0] > 2, IRIS[0], 0.0), IRIS[1]
    w = np.linspace(0, 1, len(X))
    settings = {"max_iter": 8, "random_state": 3} | given
    dense, thin = (NetworkClassifier(**settings) for _ in range(2))
    dense.fit(X, y, sample_weight=w)
    thin.fit(form(X), y, sample_weight=w)
    assert dense.loss_curve_ == pytest.approx(thin.loss_curve_, rel=1e-9)
    assert dense.validation_scores_ == thin.validation_scores_
    np.testing.assert_allclose(dense.predict_proba(X), thin.predict_proba(form(X)), rtol=1e-7)


def test_sparse_rows_in_parts_and_numbers_are_as_dense_ones():
    X, y = np.where(IRIS[0] > 2, IRIS[0], 0.0), IRIS[0][:, 0]
    dense, thin = (NetworkRegressor(random_state=1, batch_size=16) for _ in range(2))
    for _ in range(3):
        dense.partial_fit(X.astype("float32"), y)
        thin.partial_fit(sparse.csr_array(X.astype("float32")), y)
    assert thin.network_.dtype == "float32"
    np.testing.assert_array_equal(dense.predict(X), thin.predict(sparse.csr_array(X)))


def test_of_sparse_rows_no_more_than_a_batch_is_written_out(monkeypatch):
    written, write = [], SparseRows.write

    def watched(self, out):
        written.append(len(out))
        write(self, out)

    monkeypatch.setattr(SparseRows, "write", watched)
    monkeypatch.setattr(training_rows, "AT_ONCE", 2000 * 8 * 50)
    X = sparse.random_array((1000, 2000), density=0.01, format="csr", rng=0)
    y = np.arange(1000) % 2
    for given in ({"early_stopping": True}, {"solver": "lbfgs"}):
        clf = NetworkClassifier((4,), batch_size=32, max_iter=2, **given)
        clf.fit(X, y).predict(X)
    assert max(written) == 50


def test_sparse_rows_are_rows():
    X = np.where(SCALED[0] > 0.5, SCALED[0], 0.0)
    dense, thin = quick().fit(X, IRIS[1]), quick().fit(sparse.csr_matrix(X), IRIS[1])
    np.testing.assert_array_equal(dense.predict_proba(X), thin.predict_proba(sparse.csc_array(X)))


def as_polars(X):
    return pl.DataFrame(X.astype(object).where(X.notna(), None).to_dict("list"))


@pytest.mark.parametrize("frame", [pd.DataFrame, as_polars], ids=["pandas", "polars"])
def test_a_table_is_prepared(people, frame):
    X, y = people
    net = quick(alpha=1.0).fit(frame(X), y)
    assert net.score(frame(X), y) > 0.85
    assert net.preparation_.inputs[0] == "age"
    assert list(net.feature_names_in_) == ["age", "home"]
    unseen = pd.DataFrame({"age": [np.nan, 40.0], "home": ["west", None]})
    assert net.predict_proba(frame(unseen)).shape == (2, 2)


def test_a_table_of_numbers_is_taken_as_it_is():
    X, y = load_iris(return_X_y=True, as_frame=True)
    assert quick().fit(X, y).preparation_ is None
    assert quick(preparation="table").fit(X, y).preparation_ is not None


def test_the_network_opens_every_question(people, tmp_path):
    X, y = people
    net = quick(alpha=1.0).fit(X, y)
    row = X.iloc[:1]
    answer = gn.ask(net.network_, row, y[:1]).at("dW1[0,0]")
    assert np.isfinite(answer.value)
    net.network_.save(tmp_path / "people.safetensors")
    again = gn.load(tmp_path / "people.safetensors")
    np.testing.assert_array_equal(again.predict(X), net.predict(X))


def test_several_numbers_in_their_units():
    X, y = load_diabetes(return_X_y=True)
    both = np.column_stack([y, 1000 * y])
    net = NetworkRegressor(
        hidden_layer_sizes=(8,),
        solver="lbfgs",
        alpha=30.0,
        scale_targets=True,
        random_state=0,
        max_iter=60,
    ).fit(X * 20, both)
    assert net.score(X * 20, both) > 0.5
    np.testing.assert_allclose(net.predict(X * 20)[:, 1].mean(), 1000 * y.mean(), rtol=0.05)


@pytest.mark.parametrize("loss", ["absolute_error", "huber", gn.Huber(threshold=2.0)])
def test_other_losses(loss):
    X, y = load_diabetes(return_X_y=True)
    net = NetworkRegressor(
        loss, (8,), learning_rate_init=0.01, scale_targets=True, random_state=0
    ).fit(X * 20, y)
    assert net.score(X * 20, y) > 0.3


def test_dropout_and_an_activation_of_each_layer():
    X, y = load_breast_cancer(return_X_y=True)
    net = NetworkClassifier(
        (16, 8), ["leaky_relu", "gelu"], dropout=0.2, label_smoothing=0.05, random_state=0
    )
    pipe = make_pipeline(StandardScaler(), net).fit(X, y)
    assert pipe.score(X, y) > 0.95
    names = [layer.activation.name for layer in net.network_.dense_layers]
    assert names == ["leaky_relu", "gelu", "sigmoid"]


@pytest.mark.parametrize(
    "given, said",
    [
        ({"solver": "adm"}, "solver"),
        ({"alpha": -1}, "alpha is -1"),
        ({"hidden_layer_sizes": (0,)}, "hidden_layer_sizes"),
        ({"activation": "rleu"}, "relu"),
        ({"activation": ["relu", "tanh"]}, "2 activations"),
        ({"batch_size": 0}, "batch_size"),
        ({"learning_rate_init": 0}, "learning_rate_init"),
        ({"preparation": "pca"}, "preparation"),
        ({"class_weight": {"zebra": 1}}, "zebra"),
        ({"solver": "lbfgs", "dropout": 0.5}, "dropout"),
    ],
)
def test_what_makes_no_sense_is_said(given, said):
    with pytest.raises(ValueError, match=said):
        NetworkClassifier(**given).fit(*SCALED)


def test_one_class_alone_is_refused():
    with pytest.raises(ValueError, match="one class alone"):
        quick().fit(SCALED[0], np.zeros(150))


def test_epochs_that_run_out_are_warned_of():
    with pytest.warns(ConvergenceWarning, match="max_iter"):
        NetworkClassifier((4,), max_iter=2).fit(*SCALED)


def test_it_tells_when_asked_to(capsys):
    NetworkClassifier((4,), max_iter=2, verbose=True, random_state=0).fit(*SCALED)
    assert capsys.readouterr().out.startswith("Iteration 1, loss = ")


def test_scikit_learns_own_examples_run_by_a_change_of_name():
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    for theirs, ours in ((MLPClassifier, NetworkClassifier), (MLPRegressor, NetworkRegressor)):
        lines = [
            line.strip()[4:]
            for line in theirs.__doc__.split("Examples\n")[1].splitlines()
            if line.strip().startswith((">>>", "..."))
        ]
        code = "\n".join(lines).replace("sklearn.neural_network", "glassnet.sklearn")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            exec(code.replace(theirs.__name__, ours.__name__), {})


@pytest.mark.parametrize("kind", [NetworkClassifier, NetworkRegressor])
def test_our_own_examples_run_without_a_warning(kind):
    examples = doctest.DocTestFinder(recurse=False).find(kind, globs={kind.__name__: kind})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        told = [doctest.DocTestRunner().run(each) for each in examples]
    assert sum(each.attempted for each in told) > 3
    assert not sum(each.failed for each in told)


def test_early_stopping_has_no_effect_on_lbfgs_as_there():
    fits = [quick(early_stopping=early).fit(*SCALED) for early in (False, True)]
    np.testing.assert_array_equal(fits[0].coefs_[0], fits[1].coefs_[0])
    assert fits[1].validation_scores_ is None
    assert fits[1].validation_loss_curve_ is None


def test_poisson_is_scikit_learns_from_the_same_weights():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(400, 3))  # whole batches: alpha goes with their number of rows
    y = rng.poisson(np.exp(X @ [0.5, -0.3, 0.2] + 1))
    given = {"hidden_layer_sizes": (5,), "activation": "tanh", "solver": "sgd", "momentum": 0.0}
    given |= {"shuffle": False, "random_state": 0, "warm_start": True, "alpha": 0.1}
    ours = NetworkRegressor("poisson", max_iter=1, **given).fit(X, y)
    theirs = MLPRegressor("poisson", max_iter=1, **given).fit(X, y)
    for layer, W, b in zip(
        ours.network_.dense_layers, theirs.coefs_, theirs.intercepts_, strict=True
    ):
        layer.W, layer.b = W.T, b
    ours.set_params(max_iter=20).fit(X, y)
    theirs.set_params(max_iter=20).fit(X, y)
    assert ours.out_activation_ == theirs.out_activation_ == "exp"
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-9)
    with pytest.raises(ValueError, match="counts, from 0 up"):
        NetworkRegressor("poisson").fit(X, y - 1.0)
    with pytest.raises(ValueError, match="leave scale_targets out"):
        NetworkRegressor("poisson", scale_targets=True).fit(X, y)
