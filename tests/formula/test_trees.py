"""Trees: put together as mathematics is written, written with the brackets that it needs."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_asks import worked_out

from glassnet.core.errors import InputError
from glassnet.files.plain import from_plain, to_plain
from glassnet.formula import (
    HALF,
    PI,
    Expression,
    Number,
    Symbol,
    derivative,
    erf,
    exp,
    ln,
    maximum,
    minimum,
    sign,
    sqrt,
    tanh,
    text,
)
from glassnet.formula.text import pieces
from glassnet.formula.tree import Equation, Function, Product, Sum, Total, Transposed, total

a, b, c, z = map(Symbol, "abcz")
x, mask, W, delta = map(Symbol, ("x", "mask0", "W1", "delta1"))


@pytest.mark.parametrize(
    ("tree", "written"),
    [
        (a + b + c, "a + b + c"),
        (a + (b + c), "a + (b + c)"),
        (total([a, b + c]), "a + b + c"),
        (a - b - c, "a − b − c"),
        (a - (b - c), "a − (b − c)"),
        (-a + b, "−a + b"),
        (-(a + b), "−(a + b)"),
        (a * (b * c), "a·b·c"),
        ((a + b) * c, "(a + b)·c"),
        ((-a) * b, "(−a)·b"),
        (a / b * c, "(a/b)·c"),
        (a * (b / c), "a·(b/c)"),
        (a / (b * c), "a/(b·c)"),
        (a / (b / c), "a/(b/c)"),
        (-(a / b) / 5, "(−a/b)/5"),
        ((a - b) ** 2, "(a − b)²"),
        (Number(0.9) ** 2, "0.9^2"),
        (a**3, "a³"),
        (a**-2, "a^(−2)"),
        (2**a, "2^a"),
        (Number(-3) * a, "(−3)·a"),
        (maximum(Number(-1.0), a), "max(−1, a)"),
        ((a < 0) + (a >= 1), "(0 > a) + (1 ≤ a)"),
        (exp(-(HALF * a**2)), "exp(−½·a²)"),
        (sqrt(2 / PI) * a, "sqrt(2/π)·a"),
        (abs(a - b), "|a − b|"),
        (abs(abs(a) - 1), "abs(|a| − 1)"),
        ((a > 0) + 0.1 * (a <= 0), "(a > 0) + 0.1·(a ≤ 0)"),
        (-0.1 * minimum(a, 0), "(−0.1)·min(a, 0)"),
        (a * np.float32(0.5) + np.float64(2), "a·0.5 + 2"),
        (Sum((a,)) * b, "a·b"),
        (exp(a) / Sum((exp(a),)), "exp(a)/exp(a)"),
        (HALF * Sum(((a - b) ** 2,)), "½·(a − b)²"),
        (b - Sum((-a,)), "b − (−a)"),
        (a / (b + 1e-8), "a/(b + 1e−08)"),
        (Sum((a,)), "a"),
        (Function("mish", (a,)), "mish(a)"),
        (Equation(a, "=", Product((W, Product((x, mask), "⊙")), "") + b),
         "a = W1 (x ⊙ mask0) + b"),
        (Equation(W, "=", Total(Product((delta, Transposed(Product((x, mask), "⊙"))), ""))),
         "W1 = Σ delta1 (x ⊙ mask0)ᵀ"),
        (Equation(a, "←", a - Product((b, c), "")), "a ← a − b c"),
        (Equation(a, "=", 0.9 * b), "a = 0.9 · b"),
        (Equation(a, "=", 1 - Product((b, Number(0.01)), "")), "a = 1 − b · 0.01"),
    ],
)  # fmt: skip
def test_text_has_the_brackets_that_it_needs(tree: Expression, written: str):
    assert text(tree) == written


def test_a_line_in_pieces_leaves_what_stands_for_numbers():
    tree = Product((Transposed(W), delta), "") - 2 * x
    assert list(pieces(tree, spaced=True)) == [Transposed(W), " ", delta, " − 2 · ", x]
    assert text(tree, str.upper) == "W1ᵀDELTA1 − 2·X"


def test_a_number_below_0_is_put_in_with_the_brackets_that_it_needs():
    tree = exp(a) + maximum(a, 0) - abs(a) + b * a - (a > 0) + abs(a + 1) + a**2 + 2**a
    assert text(tree, {"a": "−3", "b": "5"}.__getitem__) == (
        "exp(−3) + max(−3, 0) − |−3| + 5·(−3) − (−3 > 0) + |−3 + 1| + (−3)² + 2^(−3)"
    )
    assert text(-a + a / b, lambda name: "−3") == "−(−3) + (−3)/(−3)"
    assert text(a + b, lambda name: "−3") == "−3 + (−3)"


def test_what_is_raised_to_a_power_ends_before_it():
    of_sample = Symbol("a1[0]@0") ** 2
    assert text(of_sample) == "(a1[0]@0)²"  # not of sample 0²
    assert text(of_sample, lambda name: "5") == "5²"


def test_numbers_of_a_formula_are_written_to_as_many_digits_as_asked():
    tree = a * 0.26206759880715175 + PI
    assert text(tree) == "a·0.26206759880715175 + π"
    assert text(tree, digits=6) == "a·0.262068 + π"


NUMBERS = st.sampled_from([0.25, 0.5, 1.0, 1.5, 3.0])
LEAVES = st.sampled_from([a, b]) | NUMBERS.map(Number)


def grown(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda p: p[0] + p[1]), two.map(lambda p: p[0] - p[1]),
        two.map(lambda p: p[0] * p[1]), two.map(lambda p: p[0] / (2 + p[1] * p[1])),
        inner.map(lambda u: -u), inner.map(lambda u: u**2), inner.map(tanh),
        inner.map(lambda u: exp(minimum(u, 2))), inner.map(lambda u: ln(1 + u * u)),
        inner.map(lambda u: sqrt(1 + u * u)), inner.map(erf), inner.map(abs), inner.map(sign),
        two.map(lambda p: maximum(*p)), inner.map(lambda u: u > 0.3), inner.map(lambda u: u <= 1),
        inner.map(lambda u: Sum((u,))), inner.map(lambda u: u**3),
        inner.map(lambda u: 2 ** minimum(u, 2)),
    )  # fmt: skip


TREES = st.recursive(LEAVES, grown, max_leaves=8)


@given(TREES, st.floats(-2, 2), st.floats(-2, 2))
def test_the_text_says_what_the_tree_says(tree: Expression, a: float, b: float):
    """Python reads the text by its own rules for brackets and gives the same number."""
    values = {"a": a, "b": b}

    def put(name: str) -> str:
        return f"{values[name]!r}".replace("-", "−")

    value = tree.evaluate(values)
    assert worked_out(text(tree, put)) == pytest.approx(value, rel=1e-12, abs=1e-12)


@given(TREES, st.floats(-2, 2), st.floats(-2, 2))
def test_a_derivative_is_the_slope(tree: Expression, at: float, b: float):
    """By central differences, where those of h and of h/2 agree: nowhere near a kink."""

    def value(shift: float) -> float:
        return tree.evaluate({"a": at + shift, "b": b})

    h = 1e-5
    wide, narrow = ((value(s) - value(-s)) / (2 * s) for s in (h, h / 2))
    smooth = (value(h) - value(0)) / h, (value(0) - value(-h)) / h
    if max(abs(value(h)), abs(wide)) < 1e3 and np.allclose(smooth, narrow, rtol=1e-3, atol=1e-3):
        slope = derivative(tree, "a").evaluate({"a": at, "b": b})
        assert slope == pytest.approx(narrow, rel=2e-3, abs=2e-3)
        if math.isclose(wide, narrow, rel_tol=1e-7, abs_tol=1e-9):
            assert slope == pytest.approx(narrow, rel=1e-5, abs=1e-6)


@pytest.mark.parametrize(
    ("tree", "slope"),
    [
        (a * b, "b"), (a**2, "2·a"), (a / b, "1/b"), (b / a, "−b/a²"), (a - b, "1"), (-a, "−1"),
        (exp(3 * a), "3·exp(3·a)"), (ln(a), "1/a"), (b + 2, "0"), (maximum(a, 0), "(a > 0)"),
        (abs(a), "sign(a)"), (Number(3) * a, "3"), (a * a * a, "3·a²"), (2 * a**3, "6·a²"),
        (1 / (1 + exp(-a)), "exp(−a)/(1 + exp(−a))²"), (sqrt(1 + a**2), "a/sqrt(1 + a²)"),
        (ln(1 + exp(a)), "exp(a)/(1 + exp(a))"), (exp(-(a**2)), "−2·a·exp(−a²)"), (a / 2, "½"),
        ((a + b) * (a - b), "2·a"), (a - (a + 1), "0"), (a**-1, "−1/a²"), (a / 3, "1/3"),
        (2**a, "2^a·ln(2)"), (a**b, "b·a^(b − 1)"), ((a**2) ** 0.5, "a/(a²)^0.5"),
        (a / b * 0.5 * 3, "3/(2·b)"),
    ],
)  # fmt: skip
def test_derivatives_are_those_of_a_table(tree: Expression, slope: str):
    assert text(derivative(tree, "a")) == slope


@pytest.mark.parametrize("tree", [Function("mish", (a,)), Transposed(a)])
def test_what_has_no_derivative_here_is_said(tree: Expression):
    with pytest.raises(InputError):
        derivative(tree, "a")


def test_what_gives_nothing_is_not_a_number():
    for tree in (
        1 / a, ln(a - 1), Function("mish", (a,)), exp(Number(1000)), Transposed(a), (a - 1) ** 0.5,
        a**-1, Number(10) ** 400,
    ):  # fmt: skip
        assert math.isnan(tree.evaluate({"a": 0.0}))


@given(TREES)
def test_a_tree_is_json_and_comes_back(tree: Expression):
    plain: Any = to_plain(tree, tagged=True)
    again = from_plain(Expression, plain)
    assert again == tree
    assert text(again) == text(tree)


def test_an_equation_is_json_and_comes_back():
    line = Equation(W, "=", Total(Product((delta, Transposed(x)), "")))
    plain = to_plain(line, tagged=True)
    assert plain["kind"] == "equation"
    assert plain["right"]["body"]["factors"][1] == {
        "kind": "transposed",
        "body": {"kind": "symbol", "name": "x"},
    }
    assert from_plain(Expression, plain) == line
