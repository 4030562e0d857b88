"""Objects in memory. scikit-learn's are real; a few stand in for PyTorch's and Keras's layers.

The libraries themselves are asked by `benchmarks/arrivals.py`.
"""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from sklearn.datasets import load_iris, make_multilabel_classification
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, PolynomialFeatures, StandardScaler

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.sklearn import NetworkClassifier

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, Y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[Y]


@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic", "identity"])
@pytest.mark.parametrize("y", [NAMES, NAMES == "setosa"], ids=["three", "two"])
@pytest.mark.parametrize("before", [None, StandardScaler(), MinMaxScaler(), "passthrough"])
def test_a_fitted_classifier(activation, y, before):
    mlp = MLPClassifier((6, 5), activation, max_iter=20, random_state=0)
    model = mlp if before is None else make_pipeline(before, mlp)
    model.fit(X, y)
    net = gn.from_sklearn(model)
    np.testing.assert_array_equal(net.predict(X), model.predict(X))
    own = net.predict_proba(X)
    np.testing.assert_allclose(own[:, -1], model.predict_proba(X)[:, -1], rtol=1e-9, atol=1e-12)


def test_a_fitted_regressor_and_several_targets():
    y = X @ np.ones((4, 2))
    model = MLPRegressor(hidden_layer_sizes=5, max_iter=20, random_state=0).fit(X, y)
    np.testing.assert_allclose(gn.from_sklearn(model).predict(X), model.predict(X), rtol=1e-9)
    A, b = make_multilabel_classification(60, 4, random_state=0)
    several = MLPClassifier(5, max_iter=20, random_state=0).fit(A, b)
    net = gn.from_sklearn(several)
    np.testing.assert_allclose(net.predict_proba(A), several.predict_proba(A), rtol=1e-9)


def test_another_step_before_it_is_named():
    model = make_pipeline(PolynomialFeatures(), MLPClassifier(3, max_iter=2)).fit(X, Y)
    with pytest.raises(InputError, match="Polynomial"):
        gn.from_sklearn(model)


def test_one_of_ours_is_itself():
    fitted = NetworkClassifier((4,), max_iter=3, random_state=0).fit(X, Y)
    assert gn.from_sklearn(fitted) is fitted.network_


@pytest.mark.parametrize(
    "model, said",
    [
        (MLPClassifier(), "not fitted"),
        (LogisticRegression(max_iter=5000).fit(X, Y), "LogisticRegression"),
        (3, "int"),
    ],
)
def test_other_estimators_are_named(model, said):
    with pytest.raises(InputError, match=said):
        gn.from_sklearn(model)


# -- PyTorch's way ---------------------------------------------------------------------------


class Parameter:
    def __init__(self, values):
        self.values, self.dtype, self.device = np.asarray(values, "float32"), "torch.float32", "cpu"

    def detach(self):
        return self

    def cpu(self):
        return self

    def to(self, device):
        return self

    def numpy(self):
        return self.values

    def __len__(self):
        return len(self.values)


class Module:
    training = True

    def children(self):
        return iter(())

    def parameters(self):
        return (part.weight for part in self.children())

    def eval(self):
        self.training = False

    def train(self, mode):
        self.training = mode

    def __call__(self, x):
        return Parameter(self.forward(x.values))


class Linear(Module):
    def __init__(self, n_in, n_out, seed):
        rng = np.random.default_rng(seed)
        self.weight, self.bias = (
            Parameter(rng.normal(size=(n_out, n_in))),
            Parameter(rng.normal(size=n_out)),
        )

    def forward(self, x):
        return x @ self.weight.values.T + self.bias.values


class LeakyReLU(Module):
    def __init__(self):
        self.negative_slope = 0.2

    def forward(self, x):
        return np.where(x > 0, x, 0.2 * x)


class Conv2d(Module):
    def forward(self, x):
        return x


class Model(Module):
    """Two layers, and what its maker does with them."""

    def __init__(self, forward, *between):
        self.first, self.last, self.forward_of = Linear(4, 6, 0), Linear(6, 3, 1), forward
        self.between = between

    def children(self):
        return iter((self.first, *self.between, self.last))

    def forward(self, x):
        return self.forward_of(self, x)


@pytest.fixture
def torch(monkeypatch):
    class NoGrad:
        def __enter__(self):
            return self

        def __exit__(self, *_):
            return None

    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(no_grad=NoGrad, from_numpy=Parameter))


ROWS = np.random.default_rng(2).normal(size=(30, 4)).astype("float32")


@pytest.mark.usefixtures("torch")
@pytest.mark.parametrize(
    "bend, name",
    [(np.tanh, "tanh"), (lambda z: np.maximum(z, 0), "relu"), (lambda z: z, None)],
)
def test_an_activation_in_forward_is_found_by_the_outputs(bend, name):
    model = Model(lambda m, x: m.last.forward(bend(m.first.forward(x))))
    net = gn.from_torch(model, classes=["a", "b", "c"])
    layers = [layer.activation.name for layer in net.dense_layers]
    assert layers == ([name, "softmax"] if name else ["softmax"])
    sums = model.forward(ROWS)
    np.testing.assert_array_equal(net.predict(ROWS), np.array(["a", "b", "c"])[sums.argmax(1)])
    assert model.training


@pytest.mark.usefixtures("torch")
def test_an_activation_in_a_layer_is_read():
    leaky = LeakyReLU()
    model = Model(lambda m, x: m.last.forward(leaky.forward(m.first.forward(x))), leaky)
    net = gn.from_torch(model)
    assert net.dense_layers[0].activation.name == "leaky_relu"
    np.testing.assert_allclose(net.predict(ROWS), model.forward(ROWS), rtol=1e-4, atol=1e-5)


@pytest.mark.usefixtures("torch")
def test_a_forward_that_does_more_is_refused():
    model = Model(lambda m, x: m.last.forward(np.sin(m.first.forward(x))))
    with pytest.raises(InputError, match="ONNX"):
        gn.from_torch(model)


@pytest.mark.usefixtures("torch")
def test_other_layers_are_named():
    model = Model(lambda m, x: m.last.forward(m.first.forward(x)), Conv2d())
    with pytest.raises(InputError, match="Conv2d"):
        gn.from_torch(model)


@pytest.mark.parametrize("thing", [3, "net.pt", SimpleNamespace(children=lambda: iter(()))])
def test_what_is_no_module_is_said(thing):
    with pytest.raises(InputError, match="module"):
        gn.from_torch(thing)


# -- Keras's way -----------------------------------------------------------------------------


class KerasDense:
    def __init__(self, n_in, n_out, activation, seed):
        rng = np.random.default_rng(seed)
        self.arrays = [rng.normal(size=(n_in, n_out)).astype("float32"), np.ones(n_out, "float32")]
        self.activation = activation

    def get_weights(self):
        return self.arrays

    def get_config(self):
        return {"units": self.arrays[0].shape[1], "activation": self.activation, "use_bias": True}

    def __call__(self, x):
        z = x @ self.arrays[0] + self.arrays[1]
        leaky = np.where(z > 0, z, 0.2 * z)  # keras.activations.leaky_relu, negative_slope=0.2
        return {"relu": np.maximum(z, 0), "linear": z, "leaky_relu": leaky}[self.activation]


KerasDense.__name__ = "Dense"


class KerasModel:
    def __init__(self, layers, skips=False):
        self.layers, self.skips = layers, skips

    def get_config(self):
        return {}

    def __call__(self, x, training):
        assert training is False
        start = x
        for layer in self.layers:
            x = layer(x)
        return x + start[:, :3] if self.skips else x


def test_a_keras_model():
    model = KerasModel([KerasDense(4, 6, "relu", 0), KerasDense(6, 3, "linear", 1)])
    net = gn.from_keras(model, output="softmax")
    assert net.dense_layers[-1].activation.name == "softmax"
    plain = gn.from_keras(model)
    np.testing.assert_allclose(plain.predict(ROWS), model(ROWS, False), rtol=1e-4, atol=1e-5)


def test_keras_s_leaky_relu_by_its_name_has_the_slope_that_it_has_there():
    model = KerasModel([KerasDense(4, 6, "leaky_relu", 0), KerasDense(6, 3, "linear", 1)])
    net = gn.from_keras(model)
    assert net.dense_layers[0].activation.slope == 0.2
    np.testing.assert_allclose(net.predict(ROWS), model(ROWS, False), rtol=1e-4, atol=1e-5)


def test_a_keras_model_with_a_branch_is_refused():
    model = KerasModel([KerasDense(4, 6, "relu", 0), KerasDense(6, 3, "linear", 1)], skips=True)
    with pytest.raises(InputError, match="branches"):
        gn.from_keras(model)


def test_what_is_no_keras_model_is_said():
    with pytest.raises(InputError, match="model"):
        gn.from_keras(object())


def test_classes_must_be_as_many_as_outputs():
    model = KerasModel([KerasDense(4, 3, "linear", 0)])
    with pytest.raises(InputError, match="classes"):
        gn.from_keras(model, classes=["a", "b"])
