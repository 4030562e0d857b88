"""A worksheet as a page: fields to fill in and save, or lines to print and write on.

It stands by itself and fetches nothing. What is typed stays in the page; saving makes a Markdown
sheet of it, which is what is checked.
"""

from glassnet.tutor.sheet.check import solved
from glassnet.tutor.sheet.exercise import Exercise
from glassnet.views.formula.mathml import answer_mathml
from glassnet.views.html.page import fill
from glassnet.views.sheet import words
from glassnet.views.sheet.markdown import worksheet_markdown
from glassnet.views.svg.network import draw_network


def worksheet_page(exercise: Exercise, answers: bool = False) -> str:
    """The sheet as one HTML file, with fields, or with the worked solution."""
    text = worksheet_markdown(exercise)
    found = solved(exercise) if answers else {}
    sections = [
        {
            "title": q.title,
            "says": words.says(exercise, q),
            "across": min(q.shape[1] if q.shape[1] > 1 else 3, 3),  # a matrix in its rows
            "blanks": [] if answers else q.addresses,
            "solved": [
                (
                    a,
                    words.fixed(found[a].value, exercise.settings.digits),
                    answer_mathml(found[a], 9),
                )
                for a in q.addresses
                if answers
            ],
        }
        for q in exercise.quantities
    ]
    return fill(
        "sheet.html",
        title=words.title(exercise, answers),
        mark=text.partition("\n")[0],
        answers=answers,
        task=words.task(exercise),
        network=draw_network(exercise.walk.net),
        rules=words.rules(exercise),
        notation=words.NOTATION,
        given=words.given_rows(exercise),
        sections=sections,
        file=f"worksheet-{exercise.settings.seed}.md",
        text=text,
    )
