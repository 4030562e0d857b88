"""Formulas as MathML, which browsers set by themselves: for pages that fetch nothing."""

from collections.abc import Iterable, Sequence
from html import escape

from glassnet.explain import Answer
from glassnet.formula.tree import Expression
from glassnet.views.formula.symbols import symbol
from glassnet.views.formula.typesetting import (
    Writer,
    answer_lines,
    in_symbols,
)

WIDEST = 90  # of a line of a formula, in characters

_ACCENTS = {"hat": "^", "bar": "¯"}
_LEFT = 'style="text-align: left"'


class MathMLPen:
    """Writes the forms of formulas in MathML Core."""

    def number(self, text: str) -> str:
        return f"<mn>{ {'inf': '∞', 'nan': 'NaN'}.get(text, text) }</mn>"

    def power_of_ten(self, mantissa: str, exponent: str) -> str:
        power = f"<msup><mn>10</mn><mn>{exponent}</mn></msup>"
        return f"<mrow><mn>{mantissa}</mn><mo>×</mo>{power}</mrow>" if mantissa else power

    def letter(self, text: str, accent: str) -> str:
        plain, prime = text.removesuffix("′"), "<mo>′</mo>" if text.endswith("′") else ""
        if plain[0] == "∂":
            told = f"<mrow><mi>∂</mi><mi>{plain[1:]}</mi></mrow>" if plain[1:] else "<mi>∂</mi>"
        else:
            told = f"<mi>{escape(plain)}</mi>"
        if accent:
            told = f'<mover accent="true">{told}<mo>{_ACCENTS[accent]}</mo></mover>'
        return f"<msup>{told}{prime}</msup>" if prime else told

    def scripts(self, letter: str, low: str, high: str) -> str:
        prime = "<mo>′</mo>" if high.startswith("′") else ""
        rest = high.removeprefix("′").replace("ᵀ", "⊤")
        over = prime + (f"<mtext>{escape(rest)}</mtext>" if rest else "")
        over = f"<mrow>{over}</mrow>" if prime and rest else over
        under = f"<mtext>{escape(low)}</mtext>"
        if low and high:
            return f"<msubsup>{letter}{under}{over}</msubsup>"
        return f"<msub>{letter}{under}</msub>" if low else f"<msup>{letter}{over}</msup>"

    def sign(self, text: str) -> str:
        return f"<mo>{escape(text)}</mo>"

    def continued(self, sign: str) -> str:
        return f'<mo form="infix">{sign}</mo>'

    def row(self, parts: Sequence[str]) -> str:
        return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"

    def negative(self, body: str) -> str:
        return f'<mrow><mo form="prefix">−</mo>{body}</mrow>'

    def fraction(self, over: str, under: str) -> str:
        return f"<mfrac>{over}{under}</mfrac>"

    def root(self, body: str) -> str:
        return f"<msqrt>{body}</msqrt>"

    def power(self, base: str, exponent: str) -> str:
        return f"<msup>{base}{exponent}</msup>"

    def function(self, name: str) -> str:
        if name == "1":
            return '<mi style="font-weight: bold">1</mi>'
        if name.endswith("′"):
            return self.letter(name, "")
        return f"<mi>{escape(name.replace('_', ' '))}</mi>"

    def fenced(self, left: str, body: str, right: str) -> str:
        return f"<mrow>{_fence(left, 'prefix')}{body}{_fence(right, 'postfix')}</mrow>"

    def at(self, body: str, place: str) -> str:
        bar = _fence("|", "postfix")
        return f"<msub><mrow>{body}{bar}</mrow><mtext>{escape(place)}</mtext></msub>"

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        cells = ("".join(f"<mtd>{cell}</mtd>" for cell in row) for row in rows)
        return self.fenced("[", f"<mtable>{_rows(cells)}</mtable>", "]")

    def words(self, text: str) -> str:
        return f"<mtext>{escape(text)}</mtext>"

    def lines(self, lines: Sequence[str]) -> str:
        cells = (f"<mtd {_LEFT}>{line}</mtd>" for line in lines)
        return f'<mtable displaystyle="true">{_rows(cells)}</mtable>'


def _fence(sign: str, form: str) -> str:
    # as tall as what it holds, and no taller
    return f'<mo form="{form}" fence="true" stretchy="true" symmetric="false">{sign}</mo>'


def _rows(cells: Iterable[str]) -> str:
    return "".join(f"<mtr>{row}</mtr>" for row in cells)


_PEN = MathMLPen()


def symbol_mathml(address: str) -> str:
    """An address as a textbook writes it, within a line of text."""
    return f"<math>{Writer(_PEN, in_symbols).text(symbol(address))}</math>"


def answer_mathml(answer: Answer, digits: int | None = None, widest: float = WIDEST) -> str:
    """One number: its symbol = its formula = the numbers put in = its value."""
    rows: list[str] = []
    left = Writer(_PEN, in_symbols).text(symbol(answer.address))
    for line in answer_lines(answer, _PEN, digits, widest):
        first, *more = line
        rows.append(_row(left, "<mo>=</mo>", first))
        rows += [_row("", "", f'<mspace width="1.5em"/>{text}') for text in more]
        left = ""
    if answer.unit:
        rows[-1] = rows[-1].replace(
            "</mtd></mtr>", f"<mtext>&nbsp;{escape(answer.unit)}</mtext></mtd></mtr>"
        )
    body = "".join(rows)
    return f'<math displaystyle="true"><mtable displaystyle="true">{body}</mtable></math>'


def algebra_mathml(line: Expression) -> str:
    """A line of matrix algebra in symbols; what is said in words stays so."""
    return f"<math>{Writer(_PEN, in_symbols).text(line)}</math>"


def _row(left: str, sign: str, right: str) -> str:
    return (
        f'<mtr><mtd style="text-align: right">{left}</mtd><mtd>{sign}</mtd>'
        f"<mtd {_LEFT}>{right}</mtd></mtr>"
    )
