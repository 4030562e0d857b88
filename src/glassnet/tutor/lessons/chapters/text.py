"""The chapters' exercises as they are read: the question, hints and the solution, computed."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined

from glassnet.tutor.lessons.chapters.exercises import ChapterExercise, exercise_of
from glassnet.tutor.lessons.text import FoldedPart, LessonSection, LessonText
from glassnet.tutor.lessons.values import TypedSession


@cache
def chapter_text(number: int) -> LessonText:
    """The text of a chapter's exercise, as a lesson of that section alone.

    Raises: InputError where there is none of that number.
    """
    asked = exercise_of(number)
    text = _environment().get_template(asked.template).render(**_words(asked))
    body, *folded = re.split(r"^### (.+)\n", text, flags=re.MULTILINE)
    parts = [FoldedPart(title, part.strip()) for title, part in zip(folded[::2], folded[1::2])]
    return LessonText(
        number,
        asked.page,
        asked.title,
        [LessonSection("Exercise", body.strip(), parts)],
        [asked.function.name],
        "",
        asked.function.stub,
        "",
        "",
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("glassnet.tutor.lessons.chapters", "text"),
        undefined=StrictUndefined,
        autoescape=False,  # Markdown, not HTML, and nobody's but ours
        trim_blocks=True,
    )


def _words(asked: ChapterExercise) -> dict[str, object]:
    """What a template may name: the solution's code, and what Python answers after it."""
    names: dict[str, object] = {"np": np}
    exec(asked.function.text, names)

    def session(*lines: str) -> str:
        told = TypedSession.after(names).answers(*lines)
        return "\n".join(["```pycon", *(line.rstrip() for line in told.split("\n")), "```"])

    return {"code": f"```python\n{asked.function.text}```", "session": session}
