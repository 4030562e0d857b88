"""A worksheet as a page: fields to fill in and save, or lines to print and write on.

It stands by itself and fetches nothing. What is typed stays in the page; saving makes a Markdown
sheet of it, which is what is checked.
"""

import json
from collections.abc import Iterator
from html import escape

from glassnet.tutor.sheet.check import solved
from glassnet.tutor.sheet.exercise import Exercise, Quantity
from glassnet.views import colours
from glassnet.views.formula.mathml import answer_mathml
from glassnet.views.html.head import page_head
from glassnet.views.sheet import words
from glassnet.views.sheet.markdown import worksheet_markdown
from glassnet.views.sheet.page_parts import PAGE, SCRIPT, STYLE
from glassnet.views.svg.network import draw_network


def worksheet_page(exercise: Exercise, answers: bool = False) -> str:
    """The sheet as one HTML file, with fields, or with the worked solution."""
    title = words.title(exercise, answers)
    mark = worksheet_markdown(exercise).partition("\n")[0]
    return PAGE.format(
        mark=mark,
        head=page_head(title, _palette() + STYLE, script=True),
        body="\n".join(_body(exercise, title, answers)),
        end="" if answers else _saving(exercise),
    )


def _palette() -> str:
    return f""":root {{ color-scheme: light dark; --ground: #ffffff; --ink: {colours.INK};
  --muted: {colours.MUTED}; --rule: {colours.RULE}; --field: #ffffff; --edge: #7b8494;
  --accent: {colours.POSITIVE}; --on-accent: #ffffff; }}
@media screen and (prefers-color-scheme: dark) {{
  :root {{ --ground: #14171c; --ink: #e6e9ee; --muted: #a5adba; --rule: #363c47;
    --field: #1b1f26; --edge: #8b94a3; --accent: {colours.DIVERGING[4]}; --on-accent: #10151b; }}
}}
"""


def _body(exercise: Exercise, title: str, answers: bool) -> Iterator[str]:
    yield f"<header><h1>{escape(title)}</h1>"
    if not answers:
        yield f"<p>{escape(words.task(exercise))}</p>"
        yield '<p class="who">Name<span></span>Date<span></span></p>'
    yield "</header><main>"
    drawing = draw_network(exercise.walk.net)
    yield f'<div class="wide picture">{drawing[drawing.index("<svg") :]}</div>'
    yield "<ul>" + "".join(f"<li>{escape(rule)}</li>" for rule in words.rules(exercise)) + "</ul>"
    yield f"<p>{escape(words.NOTATION)}</p>"
    yield "<h2>What is given</h2>"
    yield from _given(exercise)
    for number, q in enumerate(exercise.quantities, start=1):
        yield f'<section><h2 id="s{number}">{number}. {escape(q.title)}</h2>'
        yield f"<p>{escape(words.says(exercise, q))}</p>"
        yield from _solution(exercise, q) if answers else _fields(q, number)
        yield "</section>"
    yield "</main>"


def _given(exercise: Exercise) -> Iterator[str]:
    yield '<div class="wide" role="region" aria-label="What is given" tabindex="0"><table>'
    for heading, cells in words.given_rows(exercise):
        told = "".join(
            f"<td>{escape(address)} = <b>{escape(value)}</b></td>" for address, value in cells
        )
        yield f'<tr><th scope="row">{escape(heading)}</th>{told}</tr>'
    yield "</table></div>"


def _fields(q: Quantity, number: int) -> Iterator[str]:
    # a matrix in its rows, as far as they fit
    across = min(q.shape[1] if q.shape[1] > 1 else 3, 3)
    yield (
        f'<div class="fields" role="group" aria-labelledby="s{number}" style="--across: {across}">'
    )
    for address in q.addresses:
        yield (
            f"<label><span>{escape(address)} =</span>"
            f'<input name="{escape(address)}" inputmode="text" autocomplete="off" size="9">'
            "</label>"
        )
    yield "</div>"


def _solution(exercise: Exercise, q: Quantity) -> Iterator[str]:
    found = solved(exercise)
    for address in q.addresses:
        value = words.fixed(found[address].value, exercise.settings.digits)
        yield f'<p class="value">{escape(address)} = <b>{value}</b></p>'
        yield f'<div class="wide">{answer_mathml(found[address], 9)}</div>'


def _saving(exercise: Exercise) -> str:
    sheet = json.dumps(worksheet_markdown(exercise), ensure_ascii=False).replace("<", "\\u003c")
    name = f"worksheet-{exercise.settings.seed}.md"
    return f"""<footer>
<p><output id="count"></output></p>
<p><button type="button" id="save">Save my answers</button>
<button type="button" id="print" class="plain">Print</button></p>
<p>Saving puts a file <code>{name}</code> among your downloads. To have it checked:
<code>glassnet exercise --check {name}</code></p>
</footer>
<noscript><p>To save what you type, please allow this page its script. Printing works without.</p>
</noscript>
<script type="application/json" id="sheet">{sheet}</script>
<script>const NAME = {json.dumps(name)};
{SCRIPT}</script>"""
