"""What is set on a network or layer later, and what parts of one's own return: held or refused."""

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.errors import InputError

rng = np.random.default_rng(0)
X, Y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))


def plain() -> gn.Network:
    return gn.Network.dense([3, 4, 2], hidden="tanh")


@pytest.mark.parametrize(
    "name, value",
    [
        ("l1", -1), ("l2", "a"), ("max_norm", 0), ("seed", -1), ("classes", 5),
        ("classes", ["a", "b", "c"]), ("preparation", 3), ("target_scale", 3),
        ("preparation", gn.Preparation.learn(np.eye(4))), ("n_learned", 3), ("n_in", 3),
        ("losss", 1), ("forward", 3), ("theta", None), ("theta", np.nan), ("theta", "a"),
        ("theta", [1, 2]), ("grad", None),
    ],
)  # fmt: skip
def test_nonsense_set_on_a_network_is_refused_and_changes_nothing(name, value):
    net = plain()
    before = net.theta.copy()
    with pytest.raises(InputError):
        setattr(net, name, value)
    np.testing.assert_array_equal(net.theta, before)
    assert net == plain()


def test_a_typo_on_a_network_or_layer_is_told_with_what_was_meant():
    with pytest.raises(AttributeError, match="did you mean loss"):
        plain().losss = "huber"
    with pytest.raises(AttributeError, match="did you mean"):
        plain().dense_layers[0].activaton = "relu"
    with pytest.raises(InputError):
        gn.Dropout(0.5).rate = 3


def test_a_class_of_ones_own_may_have_attributes_of_its_own():
    class Noted(gn.Network):
        pass

    net = Noted([gn.Dense(3, 2)])
    net.note = "mine"
    assert net.copy().note == "mine"


@pytest.mark.parametrize(
    "name, value",
    [("loss", "absolute_error"), ("l2", 0.1), ("max_norm", 1.0), ("classes", ["a", "b"])],
)
def test_what_a_training_would_ignore_is_refused_while_it_runs(name, value):
    net = plain()
    with pytest.raises(InputError, match="under way"):
        net.fit(X, Y, epochs=2, callbacks=[lambda event: setattr(net, name, value)])
    setattr(net, name, value)  # and taken afterwards


def test_a_training_within_a_training_of_the_same_network_is_refused():
    net = plain()
    with pytest.raises(InputError, match="under way"):
        net.fit(X, Y, epochs=2, callbacks=[lambda event: net.fit(X, Y, epochs=1)])
    net.fit(X, Y, epochs=1)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("rows", [1, 5])
def test_nothing_is_predicted_from_what_is_not_finite(rows, value):
    net = plain()
    x = np.ones((rows, 3))
    x[-1, 1] = value
    for use in (net.predict, net.predict_proba, lambda x: net.score(x, np.zeros((rows, 2)))):
        with pytest.raises(InputError, match=f"at row {rows - 1}, column 1"):
            use(x)
    assert np.isfinite(net.predict(np.full((rows, 3), 1e30))).all()


def test_predict_passes_through_a_forward_that_was_set_on_the_network():
    net, other = plain(), plain()
    forward = type(net).forward
    net.forward = lambda x, rng=None: forward(net, 2 * np.asarray(x), rng)
    np.testing.assert_allclose(net.predict(X), other.predict(2 * X), rtol=1e-5)


def test_a_network_that_computes_otherwise_is_not_saved_as_one_that_does_not(tmp_path):
    class Doubled(gn.Network):
        def forward(self, x, rng=None):
            return super().forward(2 * np.asarray(x), rng)

    patched = plain()
    patched.predict = lambda X: 3
    for net in (Doubled([gn.Dense(3, 2)]), patched):
        with pytest.raises(InputError, match="of its own"):
            net.save(tmp_path / "m.safetensors")
    assert not list(tmp_path.iterdir())


def own_activation(f, df):
    class Own(gn.Activation):
        def f(self, z):
            return f(z)

        def df(self, z, a):
            return df(z)

    return Own()


@pytest.mark.parametrize(
    "f, df, said",
    [
        (lambda z: 1.0, np.ones_like, "the f of the activation Own"),
        (lambda z: z[:, :1], np.ones_like, "the f of the activation Own"),
        (lambda z: z, lambda z: 1.0, "the df of the activation Own"),
        (lambda z: z, lambda z: z[:, :1], "the df of the activation Own"),
    ],
)
@pytest.mark.parametrize("use", [gn.fit, gn.gradcheck])
def test_an_activation_that_returns_another_shape_is_named(use, f, df, said):
    net = gn.Network([gn.Dense(3, 4, own_activation(f, df)), gn.Dense(4, 2)])
    with pytest.raises(InputError, match=said):
        use(net, X, Y)


@pytest.mark.parametrize(
    "sample, da, said",
    [
        (lambda a, y: 1.0, lambda a, y: a - y, "the sample of the loss Own"),
        (lambda a, y: ((a - y) ** 2).sum(1), lambda a, y: 1.0, "the da of the loss Own"),
    ],
)
def test_a_loss_that_returns_another_shape_is_named(sample, da, said):
    class Own(gn.Loss):
        def sample(self, z, a, y):
            return sample(a, y)

        def da(self, a, y):
            return da(a, y)

    net = gn.Network.dense([3, 2], loss=Own())
    with pytest.raises(InputError, match=said):
        net.fit(X, Y)


def test_an_optimizer_that_returns_its_update_is_told_to_write_it():
    class Own(gn.Optimizer):
        def update(self, theta, g, s, rate):
            return theta - rate * g

    with pytest.raises(InputError, match="in place"):
        plain().fit(X, Y, optimizer=Own(learning_rate=0.1))


@pytest.mark.parametrize(
    "settings",
    [(3, np.tanh, np.cos), ("x", 3, np.cos), ("x", np.tanh, "y"), ("x", np.tanh, np.cos, ["a"])],
)
def test_an_elementwise_is_a_name_and_two_functions(settings):
    with pytest.raises(InputError):
        gn.Elementwise(*settings)


def test_labels_of_two_kinds_are_refused():
    net = gn.Network.dense([3, 2], output="softmax")
    with pytest.raises(InputError, match="mixes text with 1 at row 1"):
        net.fit(X, ["a", 1] * 4)


def test_what_is_no_array_yet_is_told_how_it_becomes_one():
    class Sparse:
        def toarray(self):
            return X

    for given, said in ((Sparse(), r"X\.toarray\(\)"), ((row for row in X), r"list\(X\)")):
        with pytest.raises(InputError, match=said):
            plain().fit(given, Y)


@pytest.mark.parametrize(
    "call, said",
    [
        (lambda: gn.Dense(3, 2, "RELU"), "did you mean 'relu'"),
        (lambda: gn.Network.dense([3, 2], loss="mse"), "did you mean 'squared_error'"),
        (lambda: plain().fit(X, Y, optimizer=gn.Adam), r"write Adam\(\)"),
        (lambda: plain().fit(X, Y, optimizer="lbgs"), "did you mean 'lbfgs'"),
        (lambda: gn.ask(plain(), X, Y, factor=-1), "from 0 up"),
    ],
)
def test_a_part_is_chosen_by_its_name(call, said):
    with pytest.raises(InputError, match=said):
        call()


def test_ask_takes_an_optimizer_by_name_as_fit_does():
    assert gn.ask(plain(), X, Y, optimizer="adam").rule == gn.Adam()
