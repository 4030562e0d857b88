"""Lessons in a terminal: set by rich where people read, plain Markdown where a program does."""

import sys
from collections.abc import Sequence

from glassnet.tutor.lessons.chapters.exercises import ChapterExercise
from glassnet.tutor.lessons.course import Lesson
from glassnet.tutor.lessons.text import LessonText
from glassnet.views.lesson.markdown import lesson_markdown

WIDEST = 92


def show_lesson(lesson: LessonText, unfolded: bool = False) -> None:
    """Prints a lesson on stdout."""
    text = lesson_markdown(lesson, unfolded)
    if not sys.stdout.isatty():
        print(text, end="")
        return
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console()
    console.print(Markdown(text, code_theme="ansi_light"), width=min(console.width, WIDEST))


def lesson_list(lessons: Sequence[Lesson], passed: int) -> str:
    """All lessons, a line each, those that are done marked."""
    lines = [
        f"  {'✓' if each.number < passed else '·'} {each.number}: {each.title}" for each in lessons
    ]
    return "\n".join(lines) + "\n"


def chapter_list(chapters: Sequence[ChapterExercise]) -> str:
    """The chapters' exercises, a line each: the number, the title, the function."""
    lines = [f"  {each.number}: {each.title}, {each.function.name}" for each in chapters]
    head = "Parts two and three of the book have an exercise a chapter, by --chapter:"
    return "\n".join(["", head, *lines]) + "\n"
