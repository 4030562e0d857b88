"""Networks as values: copied, pickled, compared, taken apart and put together again."""

import copy
import pickle
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense, Dropout
from glassnet.core.network import Network
from glassnet.core.numerical.gradcheck import gradcheck

WAYS = {
    "copy.copy": copy.copy,
    "copy.deepcopy": copy.deepcopy,
    "pickle": lambda net: pickle.loads(pickle.dumps(net)),
    "pickle, oldest protocol": lambda net: pickle.loads(pickle.dumps(net, 0)),
    "Network.copy": lambda net: net.copy(),
    "astype": lambda net: net.astype(net.dtype),
}


@st.composite
def networks(draw) -> Network:
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=4))
    hidden = draw(st.sampled_from(["tanh", "relu", "gelu", "softmax"]))
    output, loss = draw(
        st.sampled_from([("softmax", None), ("sigmoid", "squared_error"), ("identity", "huber")])
    )
    net = gn.Network.dense(
        sizes,
        hidden=hidden,
        output=output,
        loss=loss,
        bias=draw(st.sampled_from(["neuron", "layer", "frozen"])),
        dropout=draw(st.sampled_from([0.0, 0.3])),
        seed=draw(st.integers(0, 99)),
        dtype=draw(st.sampled_from(["float32", "float64"])),
        l1=draw(st.sampled_from([0.0, 0.01])),
        max_norm=draw(st.sampled_from([None, 1.5])),
    )
    net.freeze(*draw(st.sets(st.integers(1, len(sizes) - 1))))
    return net


def rows(net: Network, n: int = 7) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(n)
    y = rng.random((n, net.n_out)) + 0.1
    return rng.normal(size=(n, net.n_in)), y / y.sum(axis=1, keepdims=True)


def bits(net: Network) -> bytes:
    return b"".join(W.tobytes() + dW.tobytes() for _, W, dW in net.parameters())


def assert_whole(net: Network) -> None:
    """Every layer's arrays are views into theta and grad, each entry of which is somebody's."""
    for name, whole in (("theta", net.theta), ("grad", net.grad)):
        whole[...] = np.arange(1, whole.size + 1)
        parts = [values if name == "theta" else grad for _, values, grad in net.parameters()]
        assert all(np.shares_memory(part, whole) for part in parts)
        assert sorted(np.concatenate([p.ravel() for p in parts])) == whole.tolist()


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
@given(net=networks())
def test_a_copy_is_the_same_network_and_shares_nothing(way, net: Network):
    X, y = rows(net)
    net.gradient(X, y)
    before = bits(net)
    other = way(net)
    assert type(other) is type(net)
    assert other == net
    assert bits(other) == before
    assert other.n_learned == net.n_learned
    assert other.spec() == net.spec()
    other.theta += 1
    assert other != net
    assert_whole(other)
    assert bits(net) == before


@pytest.mark.parametrize("way", WAYS.values(), ids=list(WAYS))
@settings(max_examples=15)
@given(net=networks())
def test_a_copy_trains_to_the_bits_of_the_original(way, net: Network):
    X, y = rows(net)
    other, start, probe = way(net), net.theta.copy(), net.copy()
    # Some processors' kernels raise the flag 'invalid' in a product of a few finite numbers, by
    # what lies behind them in memory; whether a number became NaN is asked of the numbers here.
    with np.errstate(invalid="ignore"):
        probe.gradient(X, y)
        gn.fit(other, X, y, epochs=2, batch_size=3, optimizer=gn.SGD(0.5))
        assert np.array_equal(net.theta, start)
        gn.fit(net, X, y, epochs=2, batch_size=3, optimizer=gn.SGD(0.5))
    assert np.isfinite(net.theta).all()
    assert np.array_equal(net.theta, other.theta)
    # the masks of so few steps can drop the only neuron that lives
    masked = any(isinstance(layer, gn.Dropout) for layer in net.layers)
    learns = not masked and np.abs(probe.grad[: net.n_learned]).max(initial=0) > 1e-3
    assert not learns or not np.array_equal(net.theta, start)
    assert np.array_equal(net.predict_proba(X), other.predict_proba(X))


def test_equal_is_what_computes_and_learns_the_same():
    net = gn.Network.dense([3, 4, 2], output="softmax", seed=1)
    other = gn.Network.dense([3, 4, 2], output="softmax", seed=2)
    assert net != other
    other.theta = net.theta
    assert net == other
    for change in (
        lambda one: one.freeze(1),
        lambda one: setattr(one, "classes", ["a", "b"]),
        lambda one: setattr(one, "loss", gn.CrossEntropy(0.1)),
        lambda one: setattr(one.dense_layers[0], "activation", "tanh"),
        lambda one: setattr(one, "l2", 0.5),
    ):
        other = net.copy()
        change(other)
        assert net != other
    assert net != net.astype("float64")
    assert net != "a network"
    assert Dense(2, 3) != Dense(2, 3, "tanh")
    assert Dropout(0.1) == Dropout(0.1) != Dropout(0.2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(net)


# -- layers ------------------------------------------------------------------------------------


def test_layers_taken_into_another_network_bring_their_values_and_leave_the_first_alone():
    a = gn.Network.dense([4, 6, 5, 3], output="softmax", dropout=0.1)
    X, y = rows(a)
    gn.fit(a, X, y, epochs=2)
    said, before = a.predict_proba(X), bits(a)
    b = gn.Network([*a.layers[:-1], Dense(5, 2, "softmax")], seed=7)
    for ours, theirs in zip(b.dense_layers[:-1], a.dense_layers):
        assert ours is not theirs
        assert ours == theirs
    b.freeze(1, 2)
    gn.fit(b, X, y[:, :2] / y[:, :2].sum(axis=1, keepdims=True), epochs=2)
    assert b.dense_layers[0] != a.dense_layers[0]  # one is frozen, and the values are the same
    assert np.array_equal(b.dense_layers[0].W, a.dense_layers[0].W)
    assert_whole(b)
    assert bits(a) == before
    assert np.array_equal(a.predict_proba(X), said)


def test_layers_of_a_network_that_is_gone_still_bring_their_values():
    a = Network.dense([4, 6, 3])
    W, layers = a.dense_layers[0].W.copy(), a.layers
    del a
    b = Network([*layers[:-1], Dense(6, 2)], seed=9)
    assert np.array_equal(b.dense_layers[0].W, W)


def test_a_layer_has_one_place_in_a_network():
    layer = Dense(3, 3)
    with pytest.raises(InputError, match="layer 2 is layer 1 again"):
        Network([layer, layer])
    net = Network([layer])  # what was refused has not taken it
    assert net.layers[0] is layer
    with pytest.raises(InputError, match="layer 2 is layer 1 again"):
        Network([*net.layers, *net.layers])
    drop = Dropout(0.5)  # nothing to learn: a second place gets another
    net = Network([Dense(2, 3), drop, Dense(3, 3), drop, Dense(3, 1)])
    assert net.layers[1] is not net.layers[3]
    with pytest.raises(InputError, match="layer 1 is 5"):
        Network([5])


def test_a_network_that_is_refused_has_drawn_nothing():
    layer = Dense(3, 2)
    for wrong in ({"seed": -1}, {"dtype": "int8"}, {"loss": "cross_entropy"}, {"l1": -1}):
        with pytest.raises(InputError):
            Network([layer], **wrong)
    assert not layer.placed
    assert not layer.W.any()


@pytest.mark.parametrize("name", ["W", "b", "dW", "db"])
def test_to_set_a_layers_array_writes_into_the_networks(name: str):
    net = Network.dense([3, 4, 2], dtype="float64")
    layer = net.dense_layers[0]
    values = np.random.default_rng(0).normal(size=getattr(layer, name).shape)
    setattr(layer, name, values)
    whole = net.theta if name in ("W", "b") else net.grad
    assert np.array_equal(getattr(layer, name), values)
    assert np.shares_memory(getattr(layer, name), whole)
    setattr(layer, name, getattr(layer, name) * 2)
    assert np.array_equal(getattr(layer, name), 2 * values)
    with pytest.raises(InputError, match="have shape"):
        setattr(layer, name, np.ones((9, 9)))
    assert_whole(net)


def test_to_set_theta_writes_into_it():
    net = Network.dense([3, 4, 2])
    net.theta = np.arange(net.theta.size)
    net.grad *= 0
    assert net.dense_layers[0].W[0].tolist() == [0, 1, 2]
    assert_whole(net)


def test_a_layer_on_its_own_has_what_it_was_given():
    layer = Dense(2, 1)
    with pytest.raises(ValueError, match="read-only"):
        layer.W[...] = 3  # a network would draw over it
    layer.W, layer.b = [[1, 2]], 5
    other = copy.deepcopy(layer)
    net = Network([layer])
    assert net.dense_layers[0].W.tolist() == [[1, 2]]
    assert net.dense_layers[0].b.tolist() == [5]
    assert other.W.tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="read-only"):
        copy.deepcopy(Dense(2, 1)).W[...] = 3


@pytest.mark.parametrize("bias", ["neuron", "layer", "frozen"])
def test_a_layer_frozen_in_a_network_is_learned_no_more_and_thawed_it_is(bias):
    net = gn.Network.dense([3, 4, 2], bias=bias, hidden="tanh")
    X, y = rows(net)
    said = net.predict_proba(X)
    first = net.dense_layers[0]
    first.frozen = True
    assert np.array_equal(net.predict_proba(X), said)
    W, b = first.W.copy(), first.b.copy()
    gn.fit(net, X, y, epochs=2)
    assert np.array_equal(first.W, W)
    assert np.array_equal(first.b, b)
    assert not np.array_equal(net.predict_proba(X), said)
    first.frozen = False
    gn.fit(net, X, y, epochs=2)
    assert not np.array_equal(first.W, W)
    assert np.array_equal(first.b, b) == (bias == "frozen")


def test_a_bias_frozen_in_a_network_stays_and_a_layers_sizes_do():
    net = gn.Network.dense([3, 4, 2], hidden="tanh")
    X, y = rows(net)
    layer = net.dense_layers[0]
    layer.bias = "frozen"
    gn.fit(net, X, y, epochs=2)
    assert not layer.b.any()
    for name, value in (("bias", "layer"), ("n_in", 5), ("n_out", 5)):
        with pytest.raises(InputError, match=f"{name} is settled when it is made"):
            setattr(layer, name, value)
    for name, value in (("bias", "none"), ("frozen", "yes"), ("activation", "thah")):
        with pytest.raises(InputError, match=r"give|unknown"):
            setattr(layer, name, value)
    for name, value in (("layers", []), ("dense_layers", []), ("dtype", "float64")):
        with pytest.raises(InputError, match="make another"):
            setattr(net, name, value)
    assert_whole(net)


def test_an_activation_that_the_loss_does_not_take_is_refused_and_the_old_one_stays():
    net = Network.dense([3, 2], output="softmax")
    with pytest.raises(InputError, match="goes with a softmax output"):
        net.dense_layers[0].activation = "tanh"
    assert net.dense_layers[0].activation.name == "softmax"
    with pytest.raises(InputError, match="goes with a sigmoid output"):
        net.loss = "binary_cross_entropy"
    assert net.loss.name == "cross_entropy"
    net.loss = "squared_error"
    net.dense_layers[0].activation = "tanh"


def test_what_is_learned_is_not_changed_under_a_training():
    net = gn.Network.dense([3, 4, 2])
    X, y = rows(net)
    seen = []

    def freeze(event):
        with pytest.raises(InputError, match="a training of this network is under way"):
            net.freeze(1)
        assert not net.dense_layers[0].frozen
        seen.append(net.copy())  # a copy is free
        seen[-1].freeze(1)

    gn.fit(net, X, y, epochs=2, callbacks=[freeze])
    assert seen
    net.freeze(1)


def test_a_training_set_up_before_a_layer_was_frozen_is_not_begun():
    from glassnet.training import fit

    net = Network.dense([3, 4, 2])
    begun = fit(net, *rows(net))
    net.freeze(1)
    with pytest.raises(InputError, match="since the training was set up"):
        next(begun)


# -- parts of one's own ------------------------------------------------------------------------


class Doubled(Dense):
    """Its dW is twice what it should be."""

    def backward(self, step, delta):
        super().backward(step, delta)
        self.dW *= 2


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_gradcheck_finds_a_layer_of_ones_own_that_is_wrong(dtype):
    net = Network([Dense(3, 4, "tanh"), Doubled(4, 2)], dtype=dtype)
    X, y = rows(net)
    before = bits(net)
    for one in (net, net.copy(), pickle.loads(pickle.dumps(net)), net.astype("float64")):
        proof = gradcheck(one, X, y)
        assert [v.name for v in proof.arrays if not v.ok] == ["dW2"]
    assert gn.along_directions(net, X, y) > 1e-3
    assert bits(net) == before


def test_gradcheck_finds_a_backward_that_was_replaced():
    net = Network.dense([3, 4, 2], hidden="tanh")
    X, y = rows(net)
    layer = net.dense_layers[0]

    def doubled(step, delta):
        Dense.backward(layer, step, delta)
        layer.dW *= 2

    layer.backward = doubled
    net.gradient(X, y)
    before = bits(net)
    assert [v.name for v in gradcheck(net, X, y).arrays if not v.ok] == ["dW1"]
    assert bits(net) == before
    # the function would change this very layer: nobody else gets it
    for copied in (net.copy, lambda: pickle.dumps(net), lambda: Network(net.layers)):
        with pytest.raises(InputError, match="whose backward was replaced by a function"):
            copied()
    layer.backward = types.MethodType(lambda self, step, da=None: doubled(step, da), layer)
    assert net.copy().dense_layers[0].backward.__self__ is not layer


def test_gradcheck_leaves_nothing_behind_when_it_fails():
    net = Network.dense([3, 4, 2])
    before = bits(net), net.theta, net.dense_layers[0].W
    with pytest.raises(InputError):
        gradcheck(net, np.ones((2, 9)), np.ones((2, 2)))
    assert net.dtype == np.float32
    assert bits(net) == before[0]
    assert net.theta is before[1]
    assert net.dense_layers[0].W is before[2]
