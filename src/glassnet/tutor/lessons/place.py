"""Where a learner is in the course: kept beside their file, which grows from lesson to lesson."""

from __future__ import annotations

import ast
import os
from dataclasses import dataclass
from pathlib import Path

from glassnet.core.errors import InputError
from glassnet.files.plain import from_json, to_json
from glassnet.files.whole import named, read_text, write_whole
from glassnet.tutor.lessons.course import COURSE, PROGRAM_FILE, Lesson
from glassnet.tutor.lessons.typed import FUNCTIONS, HEAD
from glassnet.tutor.process.source import read_source

LEARNT = "glassnet learn"  # stands in the first lines of a file that the course began


@dataclass(frozen=True)
class CoursePlace:
    """The lesson that a learner is at; one more than the last where all are done."""

    kind, version = "place", 1

    lesson: int


def kept_beside(file: Path) -> Path:
    """The file in which the place is kept: mine.py has mine.learn.json."""
    return file.with_name(f"{file.stem}.learn.json")


def place_of(file: Path) -> CoursePlace | None:
    """The place of whoever writes this file; None where it is not there yet.

    Raises: InputError for a file that the course did not begin, or a place that makes no sense.
    """
    if file.suffix != ".py":
        raise InputError(f"{named(file)} should end in .py: it is a Python file that is written.")
    beside = kept_beside(file)
    if not os.path.exists(file):
        return None
    if os.path.exists(beside):
        place = from_json(CoursePlace, read_text(beside, "the place in the course"))
        if not 0 <= place.lesson <= len(COURSE):
            raise InputError(
                f"{beside} tells of lesson {place.lesson}, and they are 0 to {len(COURSE) - 1}: "
                "delete it to be checked from the first on."
            )
        return place
    if LEARNT not in read_text(file, "the file of the course")[:400]:
        raise InputError(
            f"{file} is there already, and `glassnet learn` did not begin it: give another name."
        )
    return CoursePlace(0)


def keep_place(file: Path, lesson: int) -> None:
    write_whole(kept_beside(file), to_json(CoursePlace(lesson)))


def begin(file: Path) -> None:
    """Writes the file with the first lesson's functions to fill in."""
    write_whole(file, HEAD.replace("{name}", file.name))
    grow(file, COURSE[0])


def grow(file: Path, lesson: Lesson) -> None:
    """Adds the functions that the lesson asks for, to be filled in, and marks the place."""
    tree = read_source(file).tree
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    stubs = [FUNCTIONS[name].stub for name in lesson.functions if name not in there]
    if stubs:
        text = read_text(file, "the file of the course").rstrip("\n")
        write_whole(file, "\n\n\n".join([text, *(stub.rstrip("\n") for stub in stubs)]) + "\n")
    keep_place(file, lesson.number)


def file_of(file: Path, lesson: Lesson) -> Path:
    """The file that a lesson is about: the growing one, or the program beside it."""
    return file if lesson.functions else file.with_name(PROGRAM_FILE)
