r"""LaTeX: the numbers of every formula, worked out from the LaTeX alone, are the answer's.

The LaTeX is turned into Python here, command by command: \frac{a}{b} into frac(a)(b).
"""

import math
import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_asks import every_address, passes

from glassnet.core.network import Network
from glassnet.explain import WORKED, Ask, Example, pass_of, walk, walk_of
from glassnet.formula.tree import (
    HALF,
    PI,
    Equation,
    Expression,
    Function,
    Product,
    Remark,
    Symbol,
    Total,
    Transposed,
    exp,
    ln,
    sqrt,
)
from glassnet.views.formula.latex import (
    answer_latex,
    formula_latex,
    matrix_latex,
    symbol_latex,
    text_latex,
    walk_latex,
)
from glassnet.views.text.wording import is_whole

FUNCTIONS: dict[str, Any] = {
    "exp": math.exp, "ln": math.log, "tanh": math.tanh, "max": max, "min": min, "erf": math.erf,
    "sqrt": math.sqrt, "sign": lambda v: (v > 0) - (v < 0),
}  # fmt: skip


def read_back(latex: str) -> float:
    """The value of a formula in numbers, from its LaTeX."""
    latex = re.sub(r"\\(begin|end){aligned}|\\\\|&|\\quad|{}|\n", " ", latex)
    latex = re.sub(r"\\text{(\w+)}", r"\1", latex)
    for command, python in [
        (r"\mathbf{1} \left[", "float("), (r"\left\lvert", "abs("), (r"\right\rvert", ")"),
        (r"\left(", "("), (r"\right)", ")"), (r"\right]", ")"), (r"\cdot", "*"), (r"\times", "*"),
        (r"\le", "<="), ("^", "**"), ("{", "("), ("}", ")"),
    ]:  # fmt: skip
        latex = latex.replace(command, python)
    names = {**FUNCTIONS, "frac": lambda a: lambda b: a / b, "pi": math.pi, "e": math.e,
             "abs": abs, "float": float, "__builtins__": {}}  # fmt: skip
    return float(eval(latex.replace("\\", "").strip(), names))


def balanced(latex: str) -> bool:
    """Whether braces, \\left and \\right, and environments close in the order they open."""
    open_ones: list[str] = []
    closes = {"}": "{", r"\right": r"\left"}
    for mark in re.findall(r"\\begin{\w+}|\\end{\w+}|\\left(?!a)|\\right(?!a)|[{}]", latex):
        if mark.startswith(r"\end"):
            mark, wanted = "", mark.replace("end", "begin")
        else:
            wanted = closes.get(mark, "")
        if not wanted:
            open_ones.append(mark)
        elif not open_ones or open_ones.pop() != wanted:
            return False
    return not open_ones


@pytest.mark.parametrize(
    ("latex", "value"),
    [
        (r"\frac{1}{2} \cdot \left(3 - \left(-2\right)\right)^{2}", 12.5),
        (r"-\frac{1}{1 + e^{-0}} + 1.5 \times 10^{-1}", -0.35),
        (r"\mathbf{1} \left[3 > 0\right] + \left\lvert 1 - 3\right\rvert", 3.0),
    ],
)
def test_the_reader_of_latex_reads(latex: str, value: float):
    assert read_back(latex) == value
    assert balanced(latex)
    assert not balanced(latex.replace("}", "", 1))
    assert not balanced(latex + r"\left(")


@settings(max_examples=40)
@given(passes(), st.sampled_from([30.0, 78.0, math.inf]))
def test_the_latex_of_every_answer_gives_its_number(ask: Ask, widest: float):
    for address in every_address(ask):
        answer = ask.at(address)
        latex = answer_latex(answer, 17, widest)
        assert balanced(latex)
        assert latex.isascii()
        if answer.expression is None:
            assert f"&= {symbol_latex(address)}" not in latex
            continue
        close = pytest.approx(answer.value, rel=1e-9, abs=1e-14)
        steps = latex.removeprefix("\\begin{aligned}\n").removesuffix("\\end{aligned}")
        left, formula, *numbers = re.split(r"(?<=[ \n])?&= ", steps)
        assert left.strip() == symbol_latex(address)
        assert formula
        for number in numbers:
            assert read_back(number.replace(rf"\text{{ {answer.unit}}}", "")) == close, latex


@settings(max_examples=25)
@given(passes())
def test_every_line_of_algebra_is_written(ask: Ask):
    for line in {ask.at(address).equation for address in every_address(ask)} - {None}:
        assert line is not None
        latex = formula_latex(line)
        assert balanced(latex)
        assert latex.isascii()
        assert (r"\text{" in latex.replace(r"\text{mask", "")) >= any(line.parts(Remark))


@pytest.mark.parametrize(
    ("address", "latex"),
    [
        ("W1[0,1]", "W^{(1)}_{0,1}"),
        ("delta2[0]", r"\delta^{(2)}_{0}"),
        ("x[1]", "x_{1}"),
        ("x[1]@3", "x^{k=3}_{1}"),
        ("a2[1]@3", "a^{(2),k=3}_{1}"),
        ("dW1[0,1]", r"\frac{\partial L}{\partial W^{(1)}_{0,1}}"),
        ("dW1[0,1]@2", r"\left.\frac{\partial L}{\partial W^{(1)}_{0,1}}\right\rvert_{k=2}"),
        ("dx[1]@0", r"\frac{\partial L}{\partial x^{k=0}_{1}}"),
        ("learning_rate", r"\eta"),
        ("loss", "L"),
        ("loss@1", r"\ell^{k=1}"),
        ("objective", "J"),
        ("mask1[0]", r"\text{mask}^{(1)}_{0}"),
        ("m_hat.W1[0,1]", r"\hat{m} \left(W^{(1)}_{0,1}\right)"),
        ("new.v.b2[0]", r"v' \left(b^{(2)}_{0}\right)"),
        ("v_max.b2[0]", r"\bar{v} \left(b^{(2)}_{0}\right)"),
        ("new.W1[0,1]", r"W^{\prime (1)}_{0,1}"),
        ("penalty.W1[0,1]", r"\frac{\partial P}{\partial W^{(1)}_{0,1}}"),
        ("rest.z1[0]", r"\text{rest} \left(z^{(1)}_{0}\right)"),
        ("delta1", r"\delta^{(1)}"),
    ],
)  # fmt: skip
def test_symbols_are_a_textbooks(address: str, latex: str):
    assert symbol_latex(address) == latex


x0, x1, a, y = (Symbol(name) for name in ("x[0]", "x[1]", "a1[0]", "y[0]"))
W, dW, z1, delta = (Symbol(name) for name in ("W1", "dW1", "z1", "delta1"))


@pytest.mark.parametrize(
    ("tree", "latex"),
    [
        (1 / (1 + exp(-Symbol("z1[0]"))), r"\frac{1}{1 + e^{-z^{(1)}_{0}}}"),
        (HALF * (a - y) ** 2, r"\frac{1}{2} \cdot \left(a^{(1)}_{0} - y_{0}\right)^{2}"),
        (1 - a**2, r"1 - \left(a^{(1)}_{0}\right)^{2}"),
        (sqrt(2 / PI) * x0, r"\sqrt{\frac{2}{\pi}} \cdot x_{0}"),
        ((x0 > 0) * 2, r"\mathbf{1} \left[x_{0} > 0\right] \cdot 2"),
        (abs(x0) + 1e-08, r"\left\lvert x_{0}\right\rvert + 10^{-8}"),
        (2.5e-08 * x0, r"2.5 \times 10^{-8} \cdot x_{0}"),
        (x0 - (x1 - 1), r"x_{0} - \left(x_{1} - 1\right)"),
        ((x0 - x1) - 1, r"x_{0} - x_{1} - 1"),
        (-(y * ln(a)), r"-y_{0} \cdot \ln \left(a^{(1)}_{0}\right)"),
        (Equation(z1, "=", Product((W, Product((Symbol("x"), Symbol("mask0")), "⊙")), "")
                  + Symbol("b1")),
         r"z^{(1)} = W^{(1)} \left(x \odot \text{mask}^{(0)}\right) + b^{(1)}"),
        (Equation(delta, "=", Product((
            Product((Transposed(Symbol("W2")), Symbol("delta2")), ""),
            Function("f′", (z1,))), "⊙")),
         r"\delta^{(1)} = W^{(2)\top} \delta^{(2)} \odot f' \left(z^{(1)}\right)"),
        (Equation(dW, "=", Total(Product((delta, Transposed(Symbol("x"))), ""))),
         r"\frac{\partial L}{\partial W^{(1)}} = \sum \delta^{(1)} x^{\top}"),
        (Equation(W, "←", W - Product((Symbol("learning_rate"), dW), "")),
         r"W^{(1)} \leftarrow W^{(1)} - \eta \frac{\partial L}{\partial W^{(1)}}"),
        (Equation(Symbol("loss"), "=", Function("squared error", (Symbol("a2"), Symbol("y")))),
         r"L = \text{squared error} \left(a^{(2)} , y\right)"),
        (Remark(Symbol("b1"), " stays as it is"), r"b^{(1)} \text{ stays as it is}"),
    ],
)  # fmt: skip
def test_trees_are_set_as_by_hand(tree: Expression, latex: str):
    assert formula_latex(tree) == latex


def test_the_worked_example_is_derived_step_by_step():
    ask = pass_of(WORKED)
    assert answer_latex(ask.at("delta2[0]")) == (
        "\\begin{aligned}\n"
        r"\delta^{(2)}_{0} &= \left(a^{(2)}_{0} - y_{0}\right) \cdot a^{(2)}_{0} \cdot "
        r"\left(1 - a^{(2)}_{0}\right) \\" "\n"
        r"&= \left(0.75136507 - 0.01\right) \cdot 0.75136507 \cdot "
        r"\left(1 - 0.75136507\right) \\" "\n"
        "&= 0.138498562\n"
        "\\end{aligned}"
    )  # fmt: skip
    assert answer_latex(ask.at("x[1]")) == "\\begin{aligned}\nx_{1} &= 0.1\n\\end{aligned}"
    assert "&= 0.3 \n" not in answer_latex(ask.at("loss"), 2)
    assert answer_latex(ask.at("loss"), 2).endswith("&= 0.3\n\\end{aligned}")


def test_numbers_that_are_not_finite_are_said():
    answer = replace(pass_of(WORKED).at("z1[0]"), value=math.inf)
    assert r"&= \infty" in answer_latex(answer)
    assert r"&= \text{NaN}" in answer_latex(replace(answer, value=math.nan))
    assert r"&= -\infty" in answer_latex(replace(answer, value=-math.inf))


def test_a_vector_is_a_column_and_a_large_matrix_leaves_out_its_middle():
    assert matrix_latex([1.0, -2.5]) == r"\begin{bmatrix} 1 \\ -2.5 \end{bmatrix}"
    assert matrix_latex([[1, 2], [3, 4]]) == r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}"
    rows = matrix_latex(np.arange(400.0).reshape(20, 20)).split(r"\\")
    assert len(rows) == 12
    assert {row.count("&") for row in rows} == {7}
    assert r"\cdots" in rows[0]
    assert rows[10].count(r"\vdots") == 7
    assert r"\ddots" in rows[10]
    assert rows[-1].split()[-3:] == ["&", "399", r"\end{bmatrix}"]


def test_the_walk_is_a_document_with_every_number_and_every_line_of_algebra():
    made = walk(WORKED, 2, "neuron")
    text = walk_latex(made)
    assert text.startswith(r"\documentclass")
    assert text.count(r"\begin{document}") == text.count(r"\end{document}") == 1
    assert balanced(text)
    for stage in made.stages:
        assert rf"\section{{{stage.title}}}" in text
        assert stage.equation is not None
        assert formula_latex(stage.equation) in text
        for answer in made.answers(stage):
            assert text.count(f"\\[\n{answer_latex(answer)}\n\\]") == 1
    assert "after 2 updates" in text


def test_the_matrices_of_a_stage_stand_in_its_line():
    text = walk_latex(walk(WORKED))
    assert (
        r"\begin{bmatrix} 0.3775 \\ 0.3925 \end{bmatrix} = "
        r"\begin{bmatrix} 0.15 & 0.2 \\ 0.25 & 0.3 \end{bmatrix} "
        r"\begin{bmatrix} 0.05 \\ 0.1 \end{bmatrix} + "
        r"\begin{bmatrix} 0.35 \\ 0.35 \end{bmatrix}"
    ) in text
    assert (  # what the weights become stands on the left
        r"\begin{bmatrix} 0.149781 & 0.199561 \\ 0.249751 & 0.299502 \end{bmatrix} = "
        r"\begin{bmatrix} 0.15 & 0.2 \\ 0.25 & 0.3 \end{bmatrix} - 0.5 \begin{bmatrix}"
    ) in text


def test_no_line_of_matrices_leaves_out_what_the_numbers_went_through():
    def last(**settings: Any) -> str:
        net = Network.dense([2, 1], dtype="float64", initializer="lecun_uniform", **settings)
        made = walk_of(Ask(net, [3.0, 4.0], [9.0], learning_rate=0.5), "bounded")
        return walk_latex(made).split(r"\section{Updated weights of layer 1}")[1]

    put_in = r"\end{bmatrix} - 0.5 \begin{bmatrix}"
    assert put_in in last()
    assert put_in not in last(max_norm=0.1).split(r"\section")[0]
    net = Network.dense([2, 1], dtype="float64", l2=0.5)
    made = walk_of(Ask(net, [3.0, 4.0], [9.0]), "penalised")
    stage = next(s for s in made.stages if s.title.startswith("Updated weights"))
    assert is_whole(made, stage)
    assert stage.equation is not None
    unpenalised = stage.equation.where({"g.W1": Symbol("dW1")})
    assert not is_whole(made, replace(stage, equation=unpenalised))


def wide(n: int = 12) -> Example:
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=shape).tolist() for shape in ((4, n), (n, 4))]
    return Example(
        "50% of 100_000 & more", weights, [[0.0] * 4, [0.0] * n], rng.normal(size=n).tolist(),
        [0.5] * n, ["gelu_tanh", "sigmoid"], "squared_error", 0.5,
    )  # fmt: skip


def test_wide_sums_and_matrices_fit_the_page():
    made = walk(wide())
    text = walk_latex(made)
    assert balanced(text)
    assert r"\title{50\% of 100\_000 \& more: the first pass}" in text
    first = answer_latex(made.answers(made.stages[0])[0])
    assert first.count(r"&\quad {} +") >= 2
    # each array for itself where the line would be too wide
    assert "\\[\nW^{(1)} = \\begin{bmatrix}" in text


def test_text_is_no_command():
    assert text_latex("a_b\\c{d}") == r"a\_b\textbackslash{}c\{d\}"
    assert text_latex("−yⱼ/aⱼ") == "$-$y$_j$/a$_j$"


def test_every_formula_of_the_worked_example_can_be_drawn():
    pytest.importorskip("matplotlib")
    from matplotlib.mathtext import MathTextParser

    parser = MathTextParser("path")
    made = walk(WORKED, 0, "neuron")
    for answer in (answer for stage in made.stages for answer in made.answers(stage)):
        body = answer_latex(answer, widest=math.inf).split("\n")[1:-1]
        for line in body:
            # what mathtext knows by another name
            plain = line.replace("&", "").replace(r"\\", "")
            parser.parse(f"${plain.replace(r'lvert', '|').replace(r'rvert', '|')}$")


def test_notes_of_a_softmax_are_plain_latex():
    net = Network.dense([2, 3], output="softmax", dtype="float64")
    note = Ask(net, [1.0, 2.0], 2).at("delta1[0]").note
    assert text_latex(note).isascii()
