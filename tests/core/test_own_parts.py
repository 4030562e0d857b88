"""Parts of one's own: they train, copy, check, are asked, and are saved by name."""

import copy
import math
import pickle
from dataclasses import dataclass

import numpy as np
import pytest

import glassnet as gn
from glassnet.core.errors import InputError
from glassnet.core.numerical.gradcheck import gradcheck


class Cube(gn.Activation):
    """f(z) = z³, f′(z) = 3z²."""

    def f(self, z):
        return z**3

    def df(self, z, a):
        return 3 * z**2


class FalseSlope(gn.Activation):
    name = "false_slope"

    def f(self, z):
        return np.sin(z)

    def df(self, z, a):
        return 1.1 * np.cos(z)


class ShiftedTanh(type(gn.Network.dense([1, 1], output="tanh").dense_layers[0].activation)):
    """A subclass of a stock one that computes something else."""

    def f(self, z):
        return np.tanh(z) + 1

    def df(self, z, a):
        return 1 - (a - 1) ** 2


@dataclass(frozen=True)
class Quartic(gn.Loss):
    """ℓ = scale Σ (a − y)⁴."""

    scale: float = 0.25

    def sample(self, z, a, y):
        return self.scale * ((a - y) ** 4).sum(axis=1, dtype=np.float64)

    def da(self, a, y):
        return 4 * self.scale * (a - y) ** 3


class Scaled(gn.SquaredError):
    """A subclass of a stock loss that computes something else."""

    def sample(self, z, a, y):
        return 3 * super().sample(z, a, y)

    def da(self, a, y):
        return 3 * (a - y)


class Doubled(gn.Dense):
    """z is twice the weighted sum, and backward knows it."""

    def forward(self, x, rng=None):
        step = super().forward(x, rng)
        step.z *= 2
        step.a = self.activation.f(step.z)
        return step

    def backward(self, step, delta):
        super().backward(step, delta)
        self.dW *= 2
        self.db *= 2

    def dx(self, step, delta):
        return 2 * super().dx(step, delta)


class Wrong(gn.Dense):
    def backward(self, step, delta):
        super().backward(step, delta)
        self.dW *= 2


class Noise(gn.Dropout):
    """Adds 1 to everything, in training and in use."""

    def forward(self, x, rng=None):
        step = super().forward(x, rng)
        step.out = step.out + 1
        return step


@dataclass
class SignDescent(gn.Optimizer):
    """theta ← theta − rate·sign(v), v ← keep·v + g."""

    learning_rate: float = 0.01
    keep: float = 0.5
    arrays = ("v",)

    def update(self, theta, g, s, rate):
        s["v"] *= self.keep
        s["v"] += g
        theta -= rate * np.sign(s["v"])


def one_over_n(rng, n_out, n_in):
    return np.full((n_out, n_in), 1 / n_in) + 0.01 * rng.normal(size=(n_out, n_in))


sine = gn.Elementwise("sine", np.sin, np.cos)

NETWORKS = {
    "activation": lambda: gn.Network.dense([3, 4, 2], hidden=Cube(), seed=1),
    "functions": lambda: gn.Network.dense([3, 4, 2], hidden=sine, seed=1),
    "activation of a stock class": lambda: gn.Network.dense([3, 4, 2], hidden=ShiftedTanh()),
    "output of a stock class": lambda: gn.Network.dense([3, 4, 2], output=ShiftedTanh()),
    "loss": lambda: gn.Network.dense([3, 4, 2], hidden="tanh", loss=Quartic(2.0)),
    "loss of a stock class": lambda: gn.Network.dense([3, 4, 2], hidden="tanh", loss=Scaled()),
    "layer": lambda: gn.Network([gn.Dense(3, 4, "tanh"), Doubled(4, 4, "tanh"), Doubled(4, 2)]),
    "dropout": lambda: gn.Network([gn.Dense(3, 4, "tanh"), Noise(0.2), gn.Dense(4, 2)]),
    "initializer": lambda: gn.Network([gn.Dense(3, 2, "tanh", initializer=one_over_n)]),
}
every = pytest.mark.parametrize("make", NETWORKS.values(), ids=list(NETWORKS))


@pytest.fixture(autouse=True)
def _registered_for_a_test():
    """What a test registers, the next does not know."""
    kept = []
    from glassnet.core import activations, initializers, layers, losses, optimizers, schedules

    for table in (
        activations.ACTIVATIONS, initializers.INITIALIZERS, layers.LAYERS, losses.LOSSES,
        optimizers.OPTIMIZERS, schedules.SCHEDULES,
    ):  # fmt: skip
        kept.append((table, dict(table)))
    yield
    for table, before in kept:
        table.clear()
        table.update(before)


def data(net, n=12):
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, net.n_in)), 0.5 * rng.normal(size=(n, net.n_out))


def register_all():
    for part in (Cube, sine, ShiftedTanh, Quartic, Scaled, Doubled, Noise, SignDescent, one_over_n):
        gn.register(part)


@every
def test_it_is_right_and_what_is_wrong_in_it_would_be_found(make):
    net = make().astype("float64")
    X, y = data(net)
    assert gradcheck(net, X, y, seed=3).ok
    assert gradcheck(make(), X, y).ok


@every
def test_it_trains_by_its_own_methods(make):
    net, X, y = make().astype("float64"), *data(make())
    by_hand = net.copy()
    rule = gn.Momentum(0.01)
    gn.fit(net, X, y, epochs=3, batch_size=12, optimizer=gn.Momentum(0.01), shuffle=False)
    rng = np.random.default_rng(np.random.SeedSequence(0).spawn(3)[2])  # dropout's masks
    for _ in range(3):
        by_hand.gradient(X, y, rng=rng)
        rule.step(by_hand.theta, by_hand.grad)
    np.testing.assert_allclose(net.theta, by_hand.theta, rtol=1e-9, atol=1e-12)
    assert not np.array_equal(net.theta, make().theta)
    said = by_hand.forward(X).dense[-1].a
    np.testing.assert_allclose(by_hand.predict(X), said)
    np.testing.assert_allclose(by_hand.predict(X[0]), said[:1])


@every
def test_it_is_copied_and_pickled_as_what_it_is(make):
    net = make()
    X, _ = data(net)
    for other in (copy.deepcopy(net), pickle.loads(pickle.dumps(net)), net.astype("float64")):
        assert [type(a) for a in other.layers] == [type(a) for a in net.layers]
        assert [a.activation for a in other.dense_layers] == [
            a.activation for a in net.dense_layers
        ]
        assert other.loss == net.loss
        np.testing.assert_allclose(other.predict(X), net.predict(X), rtol=1e-5)


@every
def test_it_is_saved_by_its_name_and_read_where_that_is_registered(make, tmp_path):
    net = make()
    X, _ = data(net)
    net.save(tmp_path / "own.safetensors")
    if net.spec() != gn.Network.dense([3, 4, 2]).spec():
        with pytest.raises(InputError, match=r"unknown .*gn\.register\("):
            gn.load(tmp_path / "own.safetensors")
    register_all()
    again = gn.load(tmp_path / "own.safetensors")
    assert [type(a) for a in again.layers] == [type(a) for a in net.layers]
    assert np.array_equal(again.predict(X), net.predict(X))
    assert again.loss == net.loss


def test_each_wrong_part_is_found_and_named():
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(6, 3)), rng.normal(size=(6, 2))
    for net, wrong in (
        (gn.Network([gn.Dense(3, 4, "tanh"), Wrong(4, 2)]), ["dW2"]),
        (gn.Network.dense([3, 4, 2], hidden=FalseSlope()), ["dW1", "db1"]),
        (
            gn.Network.dense([3, 4, 2], hidden=gn.Elementwise("f", np.sin, lambda z: 2 * z)),
            ["dW1", "db1"],
        ),
    ):
        proof = gradcheck(net, X, y)
        assert [verdict.name for verdict in proof.arrays if not verdict.ok] == wrong


def test_a_method_replaced_in_the_class_itself_trains_as_it_is_checked(monkeypatch):
    tanh = gn.Network.dense([1, 1], output="tanh").dense_layers[0].activation
    net = gn.Network.dense([3, 4, 2], hidden="tanh", dtype="float64")
    X, y = data(net)
    right = net.copy()
    gn.fit(right, X, y, epochs=1)
    monkeypatch.setattr(type(tanh), "df", lambda self, z, a: 3 * (1 - a * a))
    assert not gradcheck(net, X, y).ok
    other = net.copy()
    gn.fit(other, X, y, epochs=1, optimizer="sgd")
    gn.fit(net, X, y, epochs=1, optimizer="sgd")
    assert net == other
    monkeypatch.setattr(gn.Dense, "forward", lambda self, x, rng=None: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        net.predict(X)


@pytest.mark.parametrize(
    ("f", "df", "why"),
    [
        (np.sin, lambda z, a: np.cos(z), r"derivative of the .* wave takes \(z, a\), and .* alone"),
        (np.add, np.cos, "the function of the activation wave takes"),
        (np.sin, lambda: 1, r"takes \(\), and it is called with z alone"),
        (lambda z: 1.0, np.cos, r"returns 1.0, and an array of shape \(2, 3\) is needed"),
        (np.sin, lambda z: 1.0, "the derivative of the activation wave returns 1.0"),
        (lambda z: z.sum(axis=1), np.cos, "returns an array of shape"),
        (np.sin, lambda z: [1.0], r"returns \[1.0\]"),
        (lambda z: max(z, 0), np.cos, r"takes no array \(ValueError: .*write it with NumPy"),
        (math.sin, math.cos, r"takes no array \(TypeError: .*write it with NumPy"),
    ],
)  # fmt: skip
def test_functions_that_are_none_of_an_array_are_refused_as_they_are_given(f, df, why):
    with pytest.raises(InputError, match=why) as error:
        gn.Elementwise("wave", f, df)
    assert "\n" not in str(error.value)


# -- names -------------------------------------------------------------------------------------


def test_a_registered_name_stands_for_the_part_wherever_parts_are_named():
    register_all()
    layer = gn.Dense(3, 4, "Cube", initializer="one_over_n")
    assert layer.activation == Cube()
    net = gn.Network([layer, gn.Dense(4, 2, "sine")], loss={"name": "Quartic", "scale": 2.0})
    assert net.loss == Quartic(2.0)
    assert net.dense_layers[1].activation is sine
    net.fit(*data(net), epochs=1, optimizer={"name": "SignDescent", "keep": 0.1})
    assert gn.register(Cube) is Cube  # once more is nothing new


def test_a_class_without_a_name_has_its_own_and_never_its_parents():
    assert ShiftedTanh.name == "ShiftedTanh"
    assert FalseSlope.name == "false_slope"
    assert gn.Network([Doubled(2, 1)]).spec()["layers"][0]["kind"] == "Doubled"


def test_what_a_file_would_not_bring_back_is_not_written(tmp_path):
    class Tanh(gn.Activation):
        name = "tanh"
        f = Cube.f
        df = Cube.df

    class Dense2(gn.Dense):
        kind = "dense"

    class Loose(Cube):
        def __init__(self, k):
            object.__setattr__(self, "k", k)

    patched = gn.Network.dense([3, 4, 2])
    patched.dense_layers[0].backward = lambda step, da=None: None
    for net, why in (
        (gn.Network.dense([2, 1], output=Tanh()), "has the name 'tanh', which is Tanh's"),
        (gn.Network([Dense2(2, 1)]), "has the kind 'dense', which is Dense's"),
        (gn.Network.dense([2, 1], output=Loose(3)), "Loose has k, which a file"),
        (patched, "whose backward was replaced"),
        (
            gn.Network([gn.Dense(2, 1, initializer=lambda rng, n, m: np.ones((n, m)))]),
            "an initializer without a name",
        ),
        (
            gn.Network.dense([2, 1], output=gn.Elementwise("relu", np.sin, np.cos)),
            "has the name 'relu'",
        ),
    ):
        with pytest.raises(InputError, match=why):
            net.save(tmp_path / "no.safetensors")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("part", "why"),
    [
        (gn.Activation, "it has no df and no f"),
        (3, "give a subclass of Activation"),
        (type("X", (), {}), "give a subclass"),
        (type("Tanh", (Cube,), {"name": "tanh"}), "glassnet's own activation"),
        (type("Y", (Cube,), {"name": "two words"}), "give a word"),
        (gn.Elementwise("relu", np.sin, np.cos), "glassnet's own activation"),
    ],
)
def test_what_cannot_be_registered_is_refused_in_a_sentence(part, why):
    with pytest.raises(InputError, match=why):
        gn.register(part)


# -- optimizers --------------------------------------------------------------------------------


def test_an_optimizer_of_ones_own_trains_and_goes_on_from_a_checkpoint(tmp_path):
    nets = [gn.Network.dense([3, 4, 2], hidden="tanh") for _ in range(2)]
    X, y = data(nets[0])
    gn.fit(nets[0], X, y, epochs=6, batch_size=4, optimizer=SignDescent())

    def stop(event):
        return "stop" if getattr(event, "epoch", 0) == 3 else None

    folder = tmp_path / "checkpoints"
    settings = {"epochs": 6, "batch_size": 4, "checkpoint": folder}
    gn.fit(nets[1], X, y, **settings, optimizer=SignDescent(), callbacks=[stop])
    assert nets[1] != nets[0]
    gn.fit(nets[1], X, y, **settings, optimizer=SignDescent(), resume=True)
    assert nets[1] == nets[0]


def test_an_optimizer_of_ones_own_is_recorded_and_replayed(tmp_path):
    net = gn.Network.dense([3, 4, 2], hidden="tanh")
    X, y = data(net)
    gn.fit(net, X, y, epochs=2, batch_size=4, optimizer=SignDescent(), record=tmp_path / "run")
    run = gn.Recording.open(tmp_path / "run")
    with pytest.raises(InputError, match=r"unknown optimizer 'SignDescent'.*gn\.register"):
        run.optimizer(3)
    gn.register(SignDescent)
    assert run.optimizer(3) == SignDescent()
    assert np.array_equal(run.replay(5, run.rows(X, y)).theta, net.theta)


def test_state_outside_of_its_arrays_is_not_lost_in_silence(tmp_path):
    class Hidden(SignDescent):
        def start(self, theta):
            super().start(theta)
            self.mine = np.zeros_like(theta)

    net = gn.Network.dense([3, 4, 2])
    for where in ("record", "checkpoint"):
        with pytest.raises(InputError, match="has mine, which a file"):
            gn.fit(net, *data(net), optimizer=Hidden(), **{where: tmp_path / where})
    gn.fit(net, *data(net), optimizer=Hidden(), epochs=1)


def test_a_copy_of_an_optimizer_has_its_state_and_no_views():
    net = gn.Network.dense([3, 4, 2])
    rule = gn.Adam()
    gn.fit(net, *data(net), optimizer=rule, epochs=2)
    for other in (copy.deepcopy(rule), pickle.loads(pickle.dumps(rule))):
        assert other.t == rule.t
        assert np.array_equal(other.state["m"], rule.state["m"])
        theirs, ours = net.copy(), net.copy()
        other.step(theirs.theta, np.ones_like(net.theta))
        copy.deepcopy(rule).step(ours.theta, np.ones_like(net.theta))
        assert theirs == ours


# -- asked -------------------------------------------------------------------------------------


@pytest.mark.parametrize("f", [Cube(), sine, ShiftedTanh()], ids=lambda f: f.name)
def test_an_activation_without_a_formula_stands_by_its_name_with_its_own_values(f):
    net = gn.Network.dense([3, 4, 2], hidden=f, dtype="float64")
    X, y = data(net, 1)
    ask = gn.ask(net, X[0], y[0])
    a, delta = ask.at("a1[2]"), ask.at("delta1[2]")
    assert a.formula == f"{f.name}(z1[2])"
    assert a.value == f.f(np.array(ask.at("z1[2]").value))
    assert delta.formula.endswith(f"·{f.name}′(z1[2])")
    da = ask.at("da1[2]").value
    z = np.array(ask.at("z1[2]").value)
    np.testing.assert_allclose(delta.value, da * f.df(z, f.f(z)))
    assert f.name.replace("_", "") in a._repr_html_().replace("_", "")


def test_the_numbers_of_a_layer_of_ones_own_are_its_own_and_no_formula_is_made_up_for_them():
    from glassnet.explain.ask.addresses import parse

    net = gn.Network([gn.Dense(3, 4, "tanh"), Doubled(4, 2)], dtype="float64")
    X, y = data(net, 1)
    ask = gn.ask(net, X[0], y[0])
    net.gradient(X, y)
    assert ask.value(parse("dW2[1,2]")) == net.dense_layers[1].dW[1, 2]
    np.testing.assert_allclose(
        ask.value(parse("da1[2]")), 2 * net.dense_layers[1].W[:, 2] @ ask.p.dense[1].delta[0]
    )
    for place in ("z2[0]", "dW2[1,2]", "db2[0]", "delta1[0]"):
        with pytest.raises(InputError, match="computed by layer 2, a Doubled"):
            ask.at(place)
    assert ask.at("dW1[0,0]").formula == "delta1[0]·x[0]"
