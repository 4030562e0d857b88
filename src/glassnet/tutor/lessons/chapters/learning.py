"""A chapter's exercise in the learner's file: handed out, and checked once it is written."""

from __future__ import annotations

from pathlib import Path

from glassnet.files.whole import read_text, write_whole
from glassnet.tutor.lessons.chapters.check import check_chapter
from glassnet.tutor.lessons.chapters.exercises import exercise_of
from glassnet.tutor.lessons.chapters.text import chapter_text
from glassnet.tutor.lessons.learning import LearningStep
from glassnet.tutor.lessons.place import begin, place_of
from glassnet.tutor.process.sandbox import Sandbox
from glassnet.tutor.process.source import read_source
from glassnet.tutor.skeleton.check import definition, first_unwritten


def learn_chapter(file: Path, number: int, sandbox: Sandbox | None = None) -> LearningStep:
    """Puts the chapter's function into the file, to be filled in, or checks what was written.

    The place in the course stays what it is.

    Raises: InputError where there is no such chapter, the file is none of the course's, or cannot
    be run.
    """
    asked = exercise_of(number)
    place = place_of(file)
    if place is None:
        begin(file)
    passed = 0 if place is None else place.lesson
    name = asked.function.name
    tree = read_source(file).tree
    fresh = definition(tree, name) is None
    if fresh:
        text = read_text(file, "the file of the course").rstrip("\n")
        write_whole(file, f"{text}\n\n\n{asked.function.stub}")
    if fresh or first_unwritten(tree, [name]):
        return LearningStep(str(file), passed, None, chapter_text(number), fresh=fresh)
    return LearningStep(str(file), passed, check_chapter(file, asked, sandbox), None)
