"""Compiled training beside the readable path: the same gradients, updates and networks."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from training.cases import RULES, of_every_rule, worked_example

import glassnet as gn
from glassnet.core import optimizers
from glassnet.core.activations import ACTIVATIONS
from glassnet.core.layers import BIASES, Dense, Dropout
from glassnet.core.losses import LOSSES, one_hot
from glassnet.core.network import Network
from glassnet.jobs.threads_and_signals import ByNumba
from glassnet.runtime.compiled import door
from glassnet.training import Settings, fit_with
from glassnet.training.loop.compiled.plan import CompiledPlan
from glassnet.training.loop.compiled.update import CompiledUpdate, compiled_update_for
from glassnet.training.rows import OnDemand

pytest.importorskip("numba")
# the first example of each type of numbers compiles, which may take half a minute
slow = settings(deadline=None)
pytestmark = [pytest.mark.timeout(400), pytest.mark.outside]

HIDDEN = [name for name in ACTIVATIONS if name != "softmax"]
OUTPUTS = [
    ("softmax", "cross_entropy"),
    ("softmax", {"name": "cross_entropy", "smoothing": 0.1}),
    ("sigmoid", "binary_cross_entropy"),
    ("sigmoid", {"name": "binary_cross_entropy", "smoothing": 0.2}),
    *((name, "squared_error") for name in ACTIVATIONS),
    ("exp", "poisson"),
    ("tanh", "huber"),
    ("identity", "absolute_error"),
    ("identity", {"name": "pinball", "quantile": 0.9}),
]
NAMED = {loss if isinstance(loss, str) else loss["name"] for _, loss in OUTPUTS}
MORE = [(LOSSES[name]().joint or "identity", name) for name in LOSSES if name not in NAMED]
OUTPUTS += MORE


@pytest.fixture(scope="module")
def kernels():
    return ByNumba().kernels()


@st.composite
def cases(draw):
    """A random network with dropout somewhere, rows, targets and weights."""
    n = draw(st.lists(st.integers(1, 9), min_size=4, max_size=4))
    output, loss = draw(st.sampled_from(OUTPUTS))
    n[-1] += output == "softmax"
    layers = [
        Dense(
            n[k], n[k + 1], draw(st.sampled_from(HIDDEN)), bias=draw(st.sampled_from(BIASES)),
            frozen=draw(st.booleans()),
        )
        for k in range(2)
    ]  # fmt: skip
    layers.append(Dense(n[2], n[3], output, bias=draw(st.sampled_from(BIASES))))
    drops = draw(st.lists(st.integers(0, 2), max_size=3))
    for at in sorted(drops, reverse=True):
        layers.insert(at, Dropout(0.3))
    seed, dtype = draw(st.integers(0, 2**16)), draw(st.sampled_from(["float32", "float64"]))
    net = Network(layers, loss, dtype=dtype, seed=seed)
    rng = np.random.default_rng(seed)
    net.theta[...] += rng.normal(size=net.theta.size) / 4
    N = draw(st.sampled_from([9, 70]))
    X = rng.normal(size=(N, n[0])).astype(dtype)
    X = np.asfortranarray(X) if draw(st.booleans()) else X
    labels = output == "softmax" or draw(st.booleans())
    if loss == "poisson":
        y = rng.poisson(2.0, (N, n[3])).astype(dtype)
    elif n[3] > 1 and labels:
        y = rng.integers(0, n[3], N)
        y = one_hot(y, n[3], dtype) if draw(st.booleans()) else y
    else:
        y = rng.random((N, n[3])).astype(dtype)
    w = rng.random(N) + 0.1 if draw(st.booleans()) else None
    size = draw(st.sampled_from([1, 2, 7, N - 1, N]))
    index = np.arange(N) if size == N else rng.permutation(N)[:size]
    return net, X, y, w, index, seed


@slow
@given(case=cases())
def test_a_compiled_pass_gives_the_loss_and_gradient_of_the_readable_path(kernels, case):
    net, X, y, w, index, seed = case
    net.grad[...] = np.nan  # nothing that is read may be left from before
    plan = CompiledPlan(kernels, net, X, y, w, len(index))
    for _ in range(2):  # nor from the pass before
        loss = plan(index, np.random.default_rng(seed))
    planned = net.grad[: net.n_learned].copy()
    p = net.forward(X[index], np.random.default_rng(seed))
    expected = net.backward(p, y[index], None if w is None else w[index]).loss
    eps = float(np.finfo(net.dtype).eps)
    assert loss == pytest.approx(expected, rel=50 * eps, abs=50 * eps)
    readable = net.grad[: net.n_learned]
    scale = float(np.abs(readable).max(initial=0.0)) + 1
    np.testing.assert_allclose(planned, readable, rtol=1e3 * eps, atol=100 * eps * scale)


def test_the_cases_take_every_activation_and_loss():
    assert {name for name, _ in OUTPUTS} | set(HIDDEN) >= set(ACTIVATIONS)
    assert set(HIDDEN) >= door.ACTIVATIONS


@pytest.mark.parametrize("name", HIDDEN)
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_every_activation_far_out_and_near_0(kernels, name, dtype):
    """z from −1000 to 1000 and down to 1e−8, by a network that hands them through."""
    z = np.concatenate([-np.geomspace(1e-8, 1e3, 200), [0.0], np.geomspace(1e-8, 1e3, 200)])
    z = z.astype(dtype)[:, None]
    f = gn.core.activations.get(name)
    net = Network(
        [Dense(1, 1, name, W=[[1.0]], b=[0.0]), Dense(1, 1, "identity", W=[[1.0]], b=[0.0])],
        "squared_error", dtype=dtype,
    )  # fmt: skip
    # of one row L = ½(a − 0)², and db = a·f′(z)
    a = f.f(z)
    slope = f.df(z, a)
    eps = float(np.finfo(dtype).eps)
    for k in range(len(z)):
        # e^(−z²) multiplies what z is off by
        far = 1 + min(abs(float(z[k, 0])), 9.0) ** 2
        plan = CompiledPlan(kernels, net, z[k : k + 1], np.zeros((1, 1), dtype), None, 1)
        loss = plan(np.arange(1), None)
        # 1 − a² has lost its digits where a is near 1, in both
        tail = 1e-30 if dtype == "float32" else 1e-280
        assert loss == pytest.approx(0.5 * float(a[k, 0]) ** 2, rel=40 * eps * far, abs=tail), z[k]
        lost = max(tail, 4 * eps * abs(float(a[k, 0])))
        db = float(a[k, 0] * slope[k, 0])
        assert net.dense_layers[0].db[0] == pytest.approx(db, rel=60 * eps * far, abs=lost), z[k]


@of_every_rule
@slow
@given(
    seed=st.integers(0, 2**16),
    dtype=st.sampled_from(["float32", "float64"]),
    rate=st.sampled_from([1e-4, 1e-2, 0.3]),
    size=st.floats(-3, 3),
)
def test_a_compiled_update_stays_with_the_readable_one(
    kernels, name, more, seed, dtype, rate, size
):
    rng, steps, P = np.random.default_rng(seed), 300, 37
    readable, fast = (optimizers.get(name, learning_rate=rate, **more) for _ in range(2))
    slow = rng.normal(size=P).astype(dtype)
    theta, g = slow.copy(), np.empty(P, dtype)
    update, path = compiled_update_for(kernels, fast, theta, g), 0.0
    assert isinstance(update, CompiledUpdate) == (name in {*kernels.updates, "adamw"})
    for step in range(steps):
        g[...] = (rng.normal(size=P) + 0.3) * 10.0 ** (size + np.arange(P) % 5 - 2)
        g[0] *= step % 3 == 0
        factor, before = float(rng.uniform(0.1, 1)), slow.copy()
        readable.step(slow, g, factor)
        update(factor)
        path += np.abs(slow - before)
    assert (readable.t, fast.t) == (steps, steps)
    eps = float(np.finfo(dtype).eps)
    bound = 8 * eps * (path + steps * (1 + np.abs(slow)))
    if more.get("centered"):
        # s − ḡ² cancels where the gradients are of one size: its rounding is a part of s
        bound = 1e3 * bound
    assert (np.abs(theta - slow) <= bound).all()
    told = update.of_paper()
    assert list(told) == list(readable.state)
    for array, state in readable.state.items():
        if more.get("centered") and array == "v":
            continue
        np.testing.assert_allclose(
            told[array], state, rtol=64 * eps, atol=64 * eps * abs(state).max()
        )


def rows(n=60, k=3, seed=0):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 5)), rng.integers(0, k, n)


def made(dtype="float64", seed=1, **about):
    return gn.Network.dense(
        [5, 8, 8, 3], hidden="tanh", output="softmax", seed=seed, dtype=dtype, **about
    )


def trained(net, compiled, X, y, said=None, **chosen):
    told = [] if said is None else said
    by = ByNumba(compiled, told.append)
    return list(fit_with(net, X, y, chosen.pop("w", None), Settings(compiled=by, **chosen)))[
        -1
    ].history


@pytest.mark.parametrize(
    "chosen",
    [
        {"optimizer": "adam"},
        {"optimizer": "momentum", "clip_norm": 0.1},
        {"optimizer": "rmsprop", "clip_value": 0.01, "schedule": "one_cycle"},
        {"validation": 0.2, "early_stopping": 3, "class_weight": "balanced"},
        {"shards": 3},
        {"w": np.linspace(0, 2, 60)},
        {"batch_size": 60},
        {"batch_size": 1, "optimizer": "sgd", "learning_rate": 0.01},
    ],
    ids=str,
)
@pytest.mark.parametrize("about", [{}, {"dropout": 0.4}, {"l2": 0.01, "l1": 0.01, "max_norm": 1.0}])
def test_a_whole_training_ends_where_numpy_s_does(chosen, about):
    X, y = rows()
    nets = [made(**about) for _ in range(2)]
    chosen = {"batch_size": 16, "epochs": 12} | chosen
    ours, theirs = (trained(net, way, X, y, **chosen) for net, way in zip(nets, (True, False)))
    assert (ours.path, theirs.path) == ("compiled", "numpy")
    assert ours.steps == theirs.steps
    np.testing.assert_allclose(nets[0].theta, nets[1].theta, rtol=1e-7, atol=1e-9)
    np.testing.assert_allclose(ours["loss"], theirs["loss"], rtol=1e-9)


def test_the_same_seed_gives_the_same_bits():
    X, y = rows()
    found = set()
    for _ in range(2):
        net = made("float32", dropout=0.2)
        trained(net, True, X, y, epochs=5, batch_size=16)
        found.add(net.theta.tobytes())
    assert len(found) == 1


def test_rows_that_are_written_out_on_demand():
    class Held(OnDemand):
        def __init__(self, X):
            self.X, self.shape, self.dtype = X, X.shape, X.dtype

        def __getitem__(self, index):
            return Held(self.X[index])

        def cast(self, dtype):
            return Held(self.X.astype(dtype))

        def write(self, out):
            out[...] = self.X

    X, y = rows()
    plain, demanded = made(), made()
    trained(plain, True, X, y, epochs=3, batch_size=16)
    trained(demanded, True, Held(X), y, epochs=3, batch_size=16)
    assert plain.theta.tobytes() == demanded.theta.tobytes()


def test_a_divergence_is_told():
    X, y = rows()
    net = gn.Network.dense([5, 8, 1], hidden="relu", loss="squared_error")
    end = trained(net, True, X * 1e6, y * 1e9, epochs=300, optimizer="sgd", learning_rate=10.0)
    assert end.stopped == "diverged"
    assert np.isfinite(net.theta).all()


def test_a_callback_that_fails_in_a_step_leaves_the_training_as_it_was():
    X, y = rows()
    with pytest.raises(ZeroDivisionError):
        trained(made(), True, X, y, epochs=3, callbacks=[lambda event: 1 // 0])


# -- tiny networks, as numbers ------------------------------------------------------------

TINY_OUTPUTS = [
    *((f, "squared_error") for f in ACTIVATIONS if f != "softmax"),
    ("identity", "absolute_error"), ("sigmoid", "huber"), ("exp", "poisson"),
    ("softmax", "cross_entropy"), ("sigmoid", "binary_cross_entropy"),
    ("identity", {"name": "pinball", "quantile": 0.9}),
    *MORE,
]  # fmt: skip
CASES = max(len(TINY_OUTPUTS), len(RULES), len(HIDDEN))


def interpreted(text):
    """The function without its compilation, which takes a second."""
    from glassnet.runtime.compiled.tiny import NAMES

    made = dict(NAMES)
    exec(text, made)
    return made["steps"]


@pytest.mark.parametrize("k", range(CASES))
def test_a_tiny_network_ends_where_numpy_s_does(k, monkeypatch):
    """Every output with a loss, every hidden activation and every rule come by."""
    if k not in (1, 13):
        monkeypatch.setattr(door, "load_steps", interpreted)
    output, loss = TINY_OUTPUTS[k % len(TINY_OUTPUTS)]
    hidden = HIDDEN[(k + 3) % len(HIDDEN)]
    name, more = RULES[k % len(RULES)]
    dtype, near = [("float64", 1e-8), ("float32", 1e-3)][k % 2]
    rng, size = np.random.default_rng(k), [1, 3, 7][k % 3]
    X = rng.normal(size=(7, 2))
    y = rng.integers(0, 2, (7, 2)).astype(float)
    y = y[:, 0].astype(int) if output == "softmax" else y
    nets, rules = [], []
    for way in (True, False):
        bias = ["neuron", "layer", "frozen"][k % 3]
        layers = [gn.Dense(2, 3, hidden, bias=bias, frozen=k % 4 == 3), gn.Dense(3, 2, output)]
        nets.append(gn.Network(layers, loss, seed=k, dtype=dtype))
        rules.append(optimizers.get(name, learning_rate=0.01, **more))
        end = trained(nets[-1], way, X, y, epochs=130, batch_size=size, optimizer=rules[-1])
        assert end.path == ("compiled" if way else "numpy")
        assert end.steps == rules[-1].t == 130 * -(-7 // size)
    np.testing.assert_allclose(nets[0].theta, nets[1].theta, rtol=near, atol=near)
    for kept in rules[0].state:
        ours, theirs = (rule.state[kept] for rule in rules)
        np.testing.assert_allclose(ours, theirs, rtol=100 * near, atol=near)


def test_the_worked_example_and_its_history():
    history, error = worked_example(compiled=True, epochs=10_000)
    assert error == pytest.approx(3.510187782978846e-05, rel=1e-12)  # in 40-digit arithmetic
    assert len(history) == history.steps == 10_000
    assert pickle.loads(pickle.dumps(history)) == history  # before and after it is written out
    told = history.epochs
    assert [row["epoch"] for row in told] == list(range(1, 10_001))
    assert told[0] == {**told[0], "loss": pytest.approx(0.298371109), "learning_rate": 0.5}
    seconds = history["seconds"]
    assert seconds == sorted(seconds)
    assert 0 < seconds[0] <= seconds[-1] <= history.seconds


def test_every_epoch_is_told_to_whoever_looks_and_the_bits_are_the_same():
    seen = []
    ours, error = worked_example(compiled=True, epochs=450)
    theirs, same = worked_example(compiled=True, epochs=450, callbacks=[seen.append])
    assert error == same
    assert ours["loss"] == theirs["loss"]
    assert len(seen) > 450


def test_a_tiny_network_that_diverges_keeps_what_was_before():
    X, y = np.random.default_rng(0).normal(size=(7, 2)), np.arange(7.0)
    found = []
    for way in (True, False):
        layers = [gn.Dense(2, 3, "relu"), gn.Dense(3, 1, "identity")]
        net = gn.Network(layers, "squared_error", seed=0, dtype="float64")
        found.append(
            trained(net, way, X, y, epochs=500, batch_size=7, optimizer="sgd", learning_rate=1e9)
        )
        found.append(net.theta.copy())
    ours, theta, theirs, other = found
    assert ours.stopped == theirs.stopped == "diverged"
    assert ours.message == theirs.message
    np.testing.assert_allclose(theta, other, rtol=1e-6)


def test_a_tiny_network_is_resumed_to_the_same_bits(tmp_path):
    def net():
        return gn.Network([gn.Dense(5, 3, "tanh"), gn.Dense(3, 3, "softmax")], seed=1)

    X, y = rows()
    whole, parts, again = net(), net(), net()
    settings = {"epochs": 60, "batch_size": 7, "progress": False, "optimizer": "adam"}
    gn.fit(whole, X, y, compiled=True, **settings)

    def stop(event):
        return "stop" if getattr(event, "epoch", 0) == 23 else None

    gn.fit(parts, X, y, compiled=True, checkpoint=tmp_path, callbacks=[stop], **settings)
    gn.fit(again, X, y, checkpoint=tmp_path, resume=True, **settings)
    assert again.theta.tobytes() == whole.theta.tobytes()


# -- where it is named --------------------------------------------------------------------


def test_a_compiled_training_is_resumed_to_the_same_bits(tmp_path):
    X, y = rows()
    whole = made()
    gn.fit(whole, X, y, epochs=12, batch_size=16, compiled=True, progress=False)

    def stop(event):
        return "stop" if getattr(event, "epoch", 0) == 5 else None

    parts = made()
    gn.fit(parts, X, y, epochs=12, batch_size=16, compiled=True, checkpoint=tmp_path,
           callbacks=[stop])  # fmt: skip
    again = made()
    with pytest.raises(gn.InputError, match="goes on compiled: leave --compiled off out"):
        gn.fit(again, X, y, epochs=12, batch_size=16, checkpoint=tmp_path, resume=True,
               compiled=False)  # fmt: skip
    assert b'"numba":' in (tmp_path / "last.checkpoint").read_bytes()
    history = gn.fit(again, X, y, epochs=12, batch_size=16, checkpoint=tmp_path, resume=True)
    assert history.path == "compiled"
    assert again.theta.tobytes() == whole.theta.tobytes()


def test_a_recorded_run_names_the_way_and_can_be_made_again(tmp_path):
    X, y = rows()
    net = made()
    gn.fit(net, X, y, epochs=2, batch_size=16, record=tmp_path / "run", compiled=True)
    run = gn.Recording.open(tmp_path / "run")
    assert run.settings["path"] == "compiled"
    assert any("compiled" in note for note in run.notes)
    again = run.replay(3, run.rows(X, y))
    np.testing.assert_allclose(again.theta, run.network(4).theta, rtol=1e-9, atol=1e-12)


def test_it_is_said_in_one_line_and_once(capsys, monkeypatch):
    X, y = rows()
    monkeypatch.setattr(door, "_said", False)
    gn.fit(made(), X, y, epochs=1, compiled=True, progress=False)
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("compiled: ")
    gn.fit(made(), X, y, epochs=1, compiled=True, progress=False)
    gn.fit(made(), X, y, epochs=1, progress=False)
    assert capsys.readouterr().err == ""
