"""A worksheet as a LaTeX document, for paper: lines to write on, the plain article class."""

from collections.abc import Iterator
from itertools import pairwise

from glassnet.tutor.sheet.exercise import Exercise, Quantity
from glassnet.views.formula.latex import HEAD, WIDEST, answer_latex, symbol_latex, text_latex
from glassnet.views.sheet import words
from glassnet.views.sheet.words import Solution

COLUMNS = 3  # blanks beside each other
_HEAD = rf"""{HEAD}\setlength{{\parskip}}{{4pt}}
\setlength{{\unitlength}}{{1mm}}
\newcommand{{\blank}}{{\rule[-1pt]{{2.8cm}}{{0.4pt}}}}
"""
ACROSS, DOWN, ROUND = 34, 13, 8  # mm: from layer to layer, from neuron to neuron, a circle


def worksheet_latex(exercise: Exercise, solution: Solution = None) -> str:
    """The sheet as a document, or its worked solution."""
    return _HEAD + "\n".join(_document(exercise, solution)) + "\n"


def _document(exercise: Exercise, solution: Solution) -> Iterator[str]:
    yield f"% {exercise.mark}"
    yield r"\begin{document}"
    yield rf"\section*{{{text_latex(words.title(exercise, bool(solution)))}}}"
    if not solution:
        yield text_latex(words.task(exercise))
        yield ""
    yield r"\begin{center}"
    yield from _drawing(exercise)
    yield r"\end{center}"
    yield r"\begin{itemize}\setlength{\itemsep}{0pt}"
    yield from (rf"\item {_sentence(rule)}" for rule in words.rules(exercise))
    yield r"\end{itemize}"
    yield text_latex(words.NOTATION)
    yield f"Set here as ${symbol_latex('z1[0]')}$, ${symbol_latex('a1[0]')}$ and so on."
    yield from _given(exercise)
    for number, q in enumerate(exercise.quantities, start=1):
        yield rf"\subsection*{{{number}. {text_latex(q.title)}}}"
        yield _sentence(words.says(exercise, q))
        if solution:
            yield from (f"\\[\n{answer_latex(solution[a], 9, WIDEST)}\n\\]" for a in q.addresses)
        else:
            yield from _blanks(q)
    yield r"\end{document}"


def _sentence(text: str) -> str:
    return text_latex(text.replace("’", "'"))


def _given(exercise: Exercise) -> Iterator[str]:
    rows = words.given_rows(exercise)
    widest = max(len(cells) for _, cells in rows)
    yield ""
    yield r"\medskip"
    yield rf"\begin{{tabular}}{{l{'l' * widest}}}"
    for heading, cells in rows:
        told = [f"${symbol_latex(a)} = {value.replace('−', '-')}$" for a, value in cells]
        yield " & ".join([text_latex(heading), *told]) + r" \\"
    yield r"\end{tabular}"


def _blanks(q: Quantity) -> Iterator[str]:
    """Lines to write on, a matrix's in its rows where they fit."""
    across = min(q.shape[1] if q.shape[1] > 1 else COLUMNS, COLUMNS)
    yield ""
    column = r"l@{\hspace{8mm}}"
    yield rf"\begin{{tabular}}{{{column * across}}}"
    for start in range(0, len(q.addresses), across):
        row = [rf"${symbol_latex(a)} =$ \blank" for a in q.addresses[start : start + across]]
        yield " & ".join(row) + r" \\[11pt]"
    yield r"\end{tabular}"


def _drawing(exercise: Exercise) -> Iterator[str]:
    """The network in LaTeX's own picture environment, which needs no package."""
    sizes = exercise.settings.sizes
    tall = max(sizes)
    wide = ACROSS * (len(sizes) - 1)
    places = [
        [(ACROSS * c, DOWN * ((tall - 1) / 2 + (n - 1) / 2 - k)) for k in range(n)]
        for c, n in enumerate(sizes)
    ]
    yield rf"\begin{{picture}}({wide + 2 * ROUND},{DOWN * tall})(-{ROUND},-{ROUND})"
    for before, after in pairwise(places):
        for x0, y0 in before:
            for x1, y1 in after:
                # a straight line of any slope, from the edge of one circle to that of the other
                length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
                dx, dy = (x1 - x0) / length * ROUND / 2, (y1 - y0) / length * ROUND / 2
                a, b = (x0 + dx, y0 + dy), (x1 - dx, y1 - dy)
                middle = (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
                yield rf"\qbezier{_point(a)}{_point(middle)}{_point(b)}"
    for c, column in enumerate(places):
        for k, at in enumerate(column):
            name = f"x[{k}]" if c == 0 else f"a{c}[{k}]"
            yield rf"\put{_point(at)}{{\circle{{{ROUND}}}}}"
            yield rf"\put{_point(at)}{{\makebox(0,0){{\scriptsize ${symbol_latex(name)}$}}}}"
    yield r"\end{picture}"


def _point(at: tuple[float, float]) -> str:
    return f"({at[0]:.2f},{at[1]:.2f})"
