"""A lesson as a page of the book, in MyST Markdown."""

from html import escape

from glassnet.tutor.lessons.text import LessonSection, LessonText
from glassnet.views.lesson.markdown import details, heading

LIGHT, DARK = "light", "dark"
WALK = (
    "The whole step alive: *Play* goes through it, the slider goes to any update and back, and a "
    "number you point at says what it comes from. Nobody computes here, so nothing can be moved: "
    "for that there is `glassnet play`, and in a notebook `net.play()`."
)


def lesson_page(lesson: LessonText) -> str:
    """The page; beside it lie its pictures, NAME-light.svg and NAME-dark.svg, and its notebooks."""
    parts = [f"# {heading(lesson)}"]
    for section in lesson.sections:
        parts.append(f"## {section.title}")
        if section.picture:
            parts += [_picture(section, ground) for ground in (LIGHT, DARK)]
            parts.append(caption(section.alt))
        parts.append(section.text)
        parts += [details(part) for part in section.folded]
        if section.title == "With the numbers" and lesson.walk:
            parts.append(f"```{{studio}} {lesson.walk}\n{WALK}\n```")
    parts.append(
        "This lesson as a notebook, to fill in: "
        f"{{download}}`for Jupyter <{lesson.page}.ipynb>`, {{download}}`for marimo "
        f"<{lesson.page}.py>`, where a check runs again by itself when you change a function. "
        "Symbols are listed under [notation](../notation.md), words in the "
        "[glossary](../glossary.md)."
    )
    return "\n\n".join(parts) + "\n"


def caption(alt: str) -> str:
    """What is said of a picture, below it; whoever hears the page has heard it with the picture."""
    return f'<p class="caption" aria-hidden="true">{escape(alt)}.</p>'


def _picture(section: LessonSection, ground: str) -> str:
    return (
        f"```{{image}} {section.picture}-{ground}.svg\n"
        f":alt: {section.alt}\n:class: only-{ground}\n:align: center\n```"
    )
