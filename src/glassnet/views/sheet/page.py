"""A worksheet as a page: fields to fill in and save, or lines to print and write on.

It stands by itself and fetches nothing. What is typed stays in the page; saving makes a Markdown
sheet of it, which is what is checked.
"""

from glassnet.tutor.sheet.exercise import Exercise
from glassnet.views.formula.mathml import answer_mathml
from glassnet.views.html.page import fill
from glassnet.views.sheet import words
from glassnet.views.sheet.markdown import worksheet_markdown
from glassnet.views.sheet.words import Solution
from glassnet.views.svg.network import draw_network


def worksheet_page(exercise: Exercise, solution: Solution = None) -> str:
    """The sheet as one HTML file, with fields, or with the worked solution."""
    text = worksheet_markdown(exercise)
    sections = [
        {
            "title": q.title,
            "says": words.says(exercise, q),
            "across": min(q.shape[1] if q.shape[1] > 1 else 3, 3),  # a matrix in its rows
            "blanks": [] if solution else q.addresses,
            "solved": [
                (a, words.entry(exercise, solution, a), answer_mathml(solution[a], 9))
                for a in q.addresses
                if solution
            ],
        }
        for q in exercise.quantities
    ]
    return fill(
        "sheet.html",
        title=words.title(exercise, bool(solution)),
        mark=exercise.mark,
        answers=bool(solution),
        task=words.task(exercise),
        network=draw_network(exercise.network),
        rules=words.rules(exercise),
        notation=words.NOTATION,
        given=words.given_rows(exercise),
        sections=sections,
        file=f"worksheet-{exercise.settings.seed}.md",
        text=text,
    )
