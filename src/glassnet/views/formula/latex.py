"""Answers and walks as LaTeX: formulas as a textbook sets them, the numbers put in, the value."""

from collections.abc import Callable, Iterator, Sequence

from numpy.typing import ArrayLike

from glassnet.explain import Answer, Stage, Walk
from glassnet.formula.tree import Expression
from glassnet.views.formula.symbols import symbol
from glassnet.views.formula.typesetting import (
    Writer,
    answer_lines,
    filled_in,
    in_matrices,
    in_symbols,
    matrix,
    number,
)
from glassnet.views.text import wording

WIDEST = 78  # of a line of a formula, in characters: what an A4 page holds at 10 points

_LETTERS = {
    "δ": r"\delta", "η": r"\eta", "λ": r"\lambda", "ℓ": r"\ell", "∂": r"\partial",
    "∂L": r"\partial L", "∂ℓ": r"\partial \ell", "∂P": r"\partial P", "ᵀ": r"\top",
    "⋯": r"\cdots", "⋮": r"\vdots", "⋱": r"\ddots",
}  # fmt: skip
_SIGNS = {
    "·": r"\cdot", "⊙": r"\odot", "−": "-", "Σ": r"\sum", "≤": r"\le", "←": r"\leftarrow",
}  # fmt: skip
_KNOWN = ("ln", "exp", "tanh", "max", "min")
_TEXT = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "_": r"\_", "%": r"\%", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "−": "$-$", "∂": r"$\partial$", "ℓ": r"$\ell$", "Σ": r"$\sum$", "·": r"$\cdot$",
    "ⱼ": "$_j$", "ᵢ": "$_i$", "η": r"$\eta$", "δ": r"$\delta$", "½": r"$\frac{1}{2}$",
    "≤": r"$\le$", "→": r"$\to$", "²": "$^2$", "′": "$'$", "<": "$<$", ">": "$>$", "|": "$|$",
}  # fmt: skip


class LatexPen:
    """Writes the forms of formulas in LaTeX with amsmath, as MathJax and KaTeX read it too.

    No backslash stands before a comma, a brace or a bar, which Markdown would take for its own.
    """

    def number(self, text: str) -> str:
        return {"inf": r"\infty", "nan": r"\text{NaN}", "π": r"\pi"}.get(text, text)

    def power_of_ten(self, mantissa: str, exponent: str) -> str:
        power = f"10^{{{exponent.replace('−', '-')}}}"
        return rf"{mantissa} \times {power}" if mantissa else power

    def letter(self, text: str, accent: str) -> str:
        plain, prime = text.removesuffix("′"), "'" if text.endswith("′") else ""
        plain = _LETTERS.get(plain, rf"\text{{{plain}}}" if len(plain) > 1 else plain)
        return (rf"\{accent}{{{plain}}}" if accent else plain) + prime

    def scripts(self, letter: str, low: str, high: str) -> str:
        high = high.replace("′", r"\prime ").replace("ᵀ", r"\top")
        return letter + (f"^{{{high}}}" if high else "") + (f"_{{{low}}}" if low else "")

    def sign(self, text: str) -> str:
        return _SIGNS.get(text, text)

    def continued(self, sign: str) -> str:
        return f"{{}} {self.sign(sign)}"  # {} so that the sign stands between two things

    def row(self, parts: Sequence[str]) -> str:
        return " ".join(parts)

    def negative(self, body: str) -> str:
        return f"-{body}"

    def fraction(self, over: str, under: str) -> str:
        return rf"\frac{{{over}}}{{{under}}}"

    def root(self, body: str) -> str:
        return rf"\sqrt{{{body}}}"

    def power(self, base: str, exponent: str) -> str:
        return f"{base}^{{{exponent}}}"

    def function(self, name: str) -> str:
        if name in _KNOWN:
            return rf"\{name}"
        return {"1": r"\mathbf{1}", "f′": "f'"}.get(name, rf"\text{{{name.replace('_', ' ')}}}")

    def fenced(self, left: str, body: str, right: str) -> str:
        if left == "|":
            left, right = r"\lvert ", r"\rvert"
        return rf"\left{left}{body}\right{right}"

    def at(self, body: str, place: str) -> str:
        return rf"\left.{body}\right\rvert_{{{place}}}"

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        body = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{bmatrix}} {body} \end{{bmatrix}}"

    def words(self, text: str) -> str:
        return rf"\text{{{text}}}"

    def lines(self, lines: Sequence[str]) -> str:
        body = r" \\ ".join(f"& {line}" for line in lines)
        return rf"\begin{{aligned}} {body} \end{{aligned}}"


_PEN = LatexPen()


def formula_latex(tree: Expression) -> str:
    """A formula over addresses, or a line of algebra, in symbols.

    >>> from glassnet.formula import Symbol
    >>> formula_latex(Symbol("delta1[0]") * Symbol("x[1]") / 2)
    '\\\\frac{\\\\delta^{(1)}_{0} \\\\cdot x_{1}}{2}'
    """
    return Writer(_PEN, in_symbols).text(tree)


def symbol_latex(address: str) -> str:
    """An address as a textbook writes it.

    >>> symbol_latex("W1[0,1]")
    'W^{(1)}_{0,1}'
    """
    return Writer(_PEN, in_symbols).text(symbol(address))


def number_latex(value: float, digits: int | None) -> str:
    """A number to so many significant digits."""
    return Writer(_PEN, in_symbols).text(number(value, digits))


def matrix_latex(values: ArrayLike, digits: int = 6) -> str:
    """An array as a matrix, a vector as a column."""
    return Writer(_PEN, in_symbols).text(matrix(values, digits))


def answer_latex(answer: Answer, digits: int | None = None, widest: float = WIDEST) -> str:
    """One number: its symbol = its formula = the numbers put in = its value, as `aligned`.

    Args:
        digits: significant ones of each number; None takes those of the network's dtype.
        widest: a sum that is wider, in characters, is broken into lines.
    """
    rows: list[str] = []
    left = symbol_latex(answer.address)
    for line in answer_lines(answer, _PEN, digits, widest):
        first, *more = line
        rows.append(f"{left} &= {first}".lstrip())
        rows += [rf"&\quad {text}" for text in more]
        left = ""
    if answer.unit:
        rows[-1] += rf" \text{{ {answer.unit}}}"
    body = " \\\\\n".join(rows)
    return f"\\begin{{aligned}}\n{body}\n\\end{{aligned}}"


def algebra_in_numbers(
    line: Expression, lookup: Callable[[str], ArrayLike | None], widest: float = WIDEST
) -> str | None:
    """A line of algebra with its matrices put in; None where it has none, or is too wide for that.

    Args: lookup, from the address of an array, new.W1 or learning_rate too, to its numbers.
    """
    filled = filled_in(line)
    if filled is None:
        return None
    writer = Writer(_PEN, in_matrices(lookup))
    whole = writer.piece(filled)
    has_one = r"\begin{bmatrix}" in writer.text(filled.right)
    return whole.text if has_one and whole.width <= widest else None


def text_latex(text: str) -> str:
    """Plain text for a LaTeX document."""
    return "".join(_TEXT.get(letter, letter) for letter in text)


HEAD = r"""\documentclass[fleqn,a4paper]{article}
\usepackage[T1]{fontenc}
\usepackage{amsmath}
\usepackage[margin=2cm]{geometry}
\setlength{\mathindent}{1em}
\setlength{\parindent}{0pt}
\allowdisplaybreaks
"""


def walk_latex(walk: Walk) -> str:
    """The whole walk as a document: every number's derivation, and the lines of algebra."""
    return HEAD + "\n".join(_document(walk)) + "\n"


def _document(walk: Walk) -> Iterator[str]:
    yield rf"\title{{{text_latex(wording.title(walk))}}}"
    yield r"\date{}"
    yield r"\begin{document}"
    yield r"\maketitle"
    yield r"\section{The network}"
    yield from _network(walk)
    yield r"\section{What is given}"
    for address, values in (walk.data | walk.parameters).items():
        yield _display(f"{symbol_latex(address)} = {matrix_latex(values)}")
    yield _display(rf"\eta = {number_latex(walk.learning_rate, None)}")
    for stage in walk.stages:
        yield rf"\section{{{text_latex(stage.title)}}}"
        answers = walk.answers(stage)
        for answer in answers:
            yield _display(answer_latex(answer))
        if answers and answers[0].note:
            yield text_latex(answers[0].note)
        if stage.algebra:
            yield r"\subsection*{As matrices}"
            yield from map(_display, stage_latex(walk, stage))
    yield r"\section{What came of it}"
    yield text_latex(wording.outcome(walk))
    yield r"\end{document}"


def stage_latex(walk: Walk, stage: Stage, widest: float = WIDEST) -> Iterator[str]:
    """A stage's line of algebra in symbols, then with its matrices put in, or each by itself."""
    if stage.equation is None:
        return
    yield formula_latex(stage.equation)
    numbers = None
    if walk.batch == 1 and wording.is_whole(walk, stage):
        numbers = algebra_in_numbers(stage.equation, stage.arrays.get, widest)
    if numbers is not None:
        yield numbers
        return
    for name, values in stage.matrices:
        yield f"{symbol_latex(name)} = {matrix_latex(values)}"


def _display(formula: str) -> str:
    return f"\\[\n{formula}\n\\]"


def _network(walk: Walk) -> Iterator[str]:
    head, *rows = wording.layer_table(walk.layers)
    yield r"\begin{tabular}{rrrll}"
    yield " & ".join(map(text_latex, head)) + r" \\ \hline"
    for row in rows:
        yield " & ".join(map(text_latex, row)) + r" \\"
    yield r"\end{tabular}"
    yield ""
    yield r"\medskip"
    yield text_latex(wording.setting(walk))
