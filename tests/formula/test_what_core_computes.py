"""Every tree against core on random float64 values, and f′ against the derivative of f's tree."""

import math

import numpy as np
import pytest

import glassnet as gn
from glassnet.core import losses as core_losses
from glassnet.core import optimizers
from glassnet.core.activations import ACTIVATIONS, Activation, Elementwise, Softmax, get
from glassnet.core.errors import InputError
from glassnet.core.layers import Dense
from glassnet.core.network import Network
from glassnet.formula import (
    Expression,
    Number,
    Symbol,
    activations,
    derivative,
    exp,
    layers,
    ln,
    losses,
    tanh,
    text,
    updates,
)
from glassnet.formula.tree import Function, total

CLOSE = {"rel": 1e-12, "abs": 1e-14}  # a few roundings of float64
a, y, z = map(Symbol, "ayz")
ELEMENTWISE = [
    *(get(name) for name in ACTIVATIONS if name != "softmax"),
    get("exp"), get({"name": "leaky_relu", "slope": -0.3}), get({"name": "elu", "alpha": 1.7}),
]  # fmt: skip


def draw(seed: int, n: int = 60) -> list[float]:
    """Numbers of both signs on each side of every kink, none of them at one."""
    return np.random.default_rng(seed).normal(scale=3, size=n).tolist()


@pytest.mark.parametrize("f", ELEMENTWISE, ids=str)
def test_an_activation_s_trees_are_its_function_and_its_derivative(f: Activation):
    tree, slope = activations.activation(f, z), activations.slope(f, z, a)
    drawn = derivative(tree, "z")
    for value in draw(0):
        at = np.array([value])
        out = f.f(at)
        given = {"z": value, "a": float(out[0])}
        assert tree.evaluate(given) == pytest.approx(out[0], **CLOSE)
        assert slope.evaluate(given) == pytest.approx(f.df(at, out)[0], **CLOSE)
        # by another way: the rules of calculus
        assert drawn.evaluate(given) == pytest.approx(f.df(at, out)[0], rel=1e-10, abs=1e-12)


@pytest.mark.parametrize(
    "name",
    [
        *core_losses.LOSSES,
        {"name": "huber", "threshold": 0.4},
        {"name": "pinball", "quantile": 0.9},
    ],
    ids=str,
)
def test_a_loss_s_trees_are_its_sum_and_its_slope(name):
    loss = core_losses.get(name)
    rng = np.random.default_rng(1)
    outputs, targets = map(Symbol, ("a0", "a1", "a2")), map(Symbol, ("y0", "y1", "y2"))
    pairs = list(zip(outputs, targets, strict=True))
    of_sample = losses.of_sample(loss, total(losses.output_term(loss, *pair) for pair in pairs))
    slope = losses.slope(loss, *pairs[1])
    for _ in range(30):
        z = rng.normal(size=(1, 3))
        a = get(loss.joint or "identity").f(z)
        y = rng.random((1, 3))
        y /= y.sum()
        values = {f"a{i}": a[0, i] for i in range(3)} | {f"y{i}": y[0, i] for i in range(3)}
        assert of_sample.evaluate(values) == pytest.approx(loss.sample(z, a, y)[0], rel=1e-10)
        assert slope.evaluate(values) == pytest.approx(loss.da(a, y)[0, 1], **CLOSE)
        by_rules = derivative(of_sample, "a1").evaluate(values)
        assert by_rules == pytest.approx(loss.da(a, y)[0, 1], rel=1e-10, abs=1e-12)
        if loss.joint:
            joint = losses.joint_slope(loss, *pairs[1]).evaluate(values)
            assert joint == pytest.approx(loss.delta(z, a, y, get(loss.joint))[0, 1], **CLOSE)


def test_a_binary_cross_entropy_from_z_is_that_from_a():
    loss, tree = core_losses.get("binary_cross_entropy"), losses.term_of_z(z, y)
    for value in (-40.0, -1.0, 0.0, 2.0, 40.0):
        at = np.array([[value]])
        told = loss.sample(at, get("sigmoid").f(at), np.array([[0.3]]))[0]
        assert tree.evaluate({"z": value, "y": 0.3}) == pytest.approx(told, **CLOSE)


@pytest.mark.parametrize("top", [None, Symbol("z2")])
def test_a_softmax_s_trees_are_its_function_its_backward_pass_and_its_cross_entropy(top):
    names = [Symbol(f"z{i}") for i in range(3)]
    whole = total(layers.softmax_term(each, top) for each in names)
    tree = layers.softmax_term(names[0], top) / whole
    rng = np.random.default_rng(2)
    at, da, y = rng.normal(size=(1, 3)), rng.normal(size=(1, 3)), np.array([[0.0, 0.25, 0.75]])
    values = {f"z{i}": at[0, i] for i in range(3)}
    out = Softmax().f(at)
    assert tree.evaluate(values) == pytest.approx(out[0, 0], **CLOSE)
    sums = total(Symbol(f"da{i}") * Symbol(f"a{i}") for i in range(3))
    back = layers.through_softmax(Symbol("a0"), Symbol("da0"), sums)
    given = {f"a{i}": out[0, i] for i in range(3)} | {f"da{i}": da[0, i] for i in range(3)}
    assert back.evaluate(given) == pytest.approx(Softmax().backward(da, at, out)[0, 0], **CLOSE)
    targets = [(Number(y[0, i].item()), names[i]) for i in (1, 2)]
    loss = layers.cross_entropy_of_z(whole, targets, top)
    told = core_losses.get("cross_entropy").sample(at, out, y)[0]
    assert loss.evaluate(values) == pytest.approx(told, **CLOSE)


@pytest.mark.parametrize(("l1", "l2"), [(0.0, 0.0), (0.1, 0.0), (0.0, 0.2), (0.1, 0.2)])
def test_the_penalty_s_tree_is_what_the_network_adds(l1: float, l2: float):
    net = Network([Dense(3, 2, "identity", W=[[1.0, -2.0, 0.0], [0.5, 3.0, -1.0]])], l1=l1, l2=l2,
                  dtype="float64")  # fmt: skip
    net.grad[...] = 0
    net.penalize()
    tree = layers.penalty(l1, l2, Symbol("W"))
    for W, added in zip(net.dense_layers[0].W.flat, net.grad[:6], strict=True):
        assert tree.evaluate({"W": W}) == pytest.approx(added, **CLOSE)


RULES = [
    *optimizers.OPTIMIZERS, {"name": "adagrad", "lr_decay": 0.1},
    {"name": "rmsprop", "centered": True}, {"name": "rmsprop", "momentum": 0.5},
    {"name": "adamw", "form": "paper"}, {"name": "amsgrad", "form": "paper"},
]  # fmt: skip


@pytest.mark.parametrize("name", RULES, ids=str)
def test_a_rule_s_trees_are_the_steps_of_the_optimizer(name):
    rule = optimizers.get(name)
    rng = np.random.default_rng(3)
    theta = rng.normal(size=4)
    rule.start(theta)
    for t in (1, 2, 3):
        g, before = rng.normal(size=4), theta.copy()
        held = {key: array.copy() for key, array in rule.state.items()}
        rule.step(theta, g)
        for i in range(4):
            values = {"W": before[i], "g": g[i], "η": rule.learning_rate}
            values |= {key: array[i] for key, array in held.items()}
            todo = updates.rules(rule, t)
            while todo:  # a step after those that it takes
                ready = next(k for k, tree in todo.items() if set(tree.symbols()) <= set(values))
                values[ready] = todo.pop(ready).evaluate(values)
            assert values["new"] == pytest.approx(theta[i], rel=1e-9)
            for key, array in rule.state.items():
                assert values[f"new.{key}"] == pytest.approx(array[i], rel=1e-9)


def test_what_clipping_and_max_norm_do_stands_in_the_formula():
    g, W = Symbol("g"), Symbol("W")
    assert text(updates.clipped(g, 0.5, None)) == "g·0.5"
    both = updates.clipped(g + W, 0.5, 0.1)
    assert text(both) == "max(−0.1, min((g + W)·0.5, 0.1))"
    assert both.evaluate({"g": -3.0, "W": 1.0}) == -0.1
    assert text(updates.scaled(W - g, 0.7)) == "(W − g)·0.7"


# -- one's own -----------------------------------------------------------------------------


def asked(f: Activation) -> tuple[str, str]:
    """The formulas of a and delta of a layer of f."""
    net = gn.Network([Dense(1, 1, f, W=[[1.5]]), Dense(1, 1, "identity", W=[[2.0]])],
                     dtype="float64")  # fmt: skip
    ask = gn.ask(net, [0.6], [1.0])
    for address in ("a1[0]", "delta1[0]"):
        answer = ask.at(address)
        tree: Expression | None = answer.expression
        assert tree is not None
        if not any(part.name in ("cube", "cube′") for part in tree.parts(Function)):
            assert tree.evaluate(answer.values) == pytest.approx(answer.value, **CLOSE)
    return ask.at("a1[0]").formula, ask.at("delta1[0]").formula


def cube(formula: object = None) -> Elementwise:
    return Elementwise("cube", lambda z: z**3, lambda z: 3 * z**2, formula=formula)


class Mish(gn.Activation):
    formula = z * tanh(ln(1 + exp(z)))

    def f(self, z):
        return z * np.tanh(np.log1p(np.exp(z)))

    def df(self, z, a):
        t = np.tanh(np.log1p(np.exp(z)))
        return t + z * (1 - t * t) / (1 + np.exp(-z))


def test_an_activation_of_one_s_own_is_told_by_its_formula_and_without_one_by_its_name():
    assert asked(cube()) == ("cube(z1[0])", "delta2[0]·W2[0,0]·cube′(z1[0])")
    assert asked(cube(z**3)) == ("z1[0]³", "delta2[0]·W2[0,0]·3·z1[0]²")
    assert asked(Mish())[0] == "z1[0]·tanh(ln(1 + exp(z1[0])))"
    assert "mish" not in asked(Mish())[1].lower()


def test_a_derivative_that_is_not_the_formula_s_is_told_by_its_name():
    """The pass took that derivative, so the formula's would make an equation that is false."""
    wrong = Elementwise("cube", lambda z: z**3, lambda z: 1 + 0 * z, formula=z**3)
    assert asked(wrong) == ("z1[0]³", "delta2[0]·W2[0,0]·cube′(z1[0])")


@pytest.mark.parametrize(
    ("formula", "sentence"),
    [
        (z**2, r"gives 6.25 at z = -2.5, and its f gives -15.625"),
        (Symbol("x") ** 3, "names no quantity but z"),
        (Symbol("x") + z, "is a tree of x, z: give a tree"),
        ("z**3", r"is 'z\*\*3': give a tree of glassnet.formula"),
        (lambda z: z**3, "is a (function|method): give a tree of glassnet.formula"),
        (Symbol, "is the class Symbol: give a tree of glassnet.formula"),
        (Function("cube", (z,)), "gives no number"),
        (z**0.5, "gives no number at z = -2.5"),
    ],
)
def test_a_formula_that_is_another_function_is_refused(formula: object, sentence: str):
    with pytest.raises(InputError, match=sentence):
        cube(formula)

    class Cube(gn.Activation):
        def f(self, z):
            return z**3

        def df(self, z, a):
            return 3 * z**2

    Cube.formula = formula
    net = gn.Network.dense([1, 2, 1], hidden=Cube())
    with pytest.raises(InputError, match=sentence):
        gn.fit(net, [[1.0], [2.0]], [1.0, 2.0], epochs=1)


def test_a_formula_is_compared_where_its_function_has_values():
    with np.errstate(invalid="ignore"):
        root = Elementwise("root", np.sqrt, lambda z: 0.5 / np.sqrt(z), formula=z**0.5)
    assert root.formula == z**0.5


def test_a_formula_goes_with_its_activation_through_copies():
    net = gn.Network([Dense(1, 1, cube(z**3), W=[[1.5]])], dtype="float64")
    assert gn.ask(net.copy(), [0.6], [1.0]).at("a1[0]").formula == "z1[0]³"
    assert math.isclose(gn.ask(net, [0.6], [1.0]).at("a1[0]").value, 0.9**3)
