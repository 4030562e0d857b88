"""`glassnet learn`: the course in the terminal, lesson by lesson, where one left it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from glassnet.cli.options import WholeOrNone

if TYPE_CHECKING:
    from glassnet.tutor.lessons.learning import LearningStep
    from glassnet.tutor.process.sandbox import Sandbox

FILE = Path("mine.py")
WAYS = "Enter: check what you wrote   r: the lesson   u: hints, solution too  q: leave for today > "
ON = "Enter: read lesson {number}, '{title}'   q: leave for today > "


def learn(
    file: Path = FILE,
    /,
    *,
    lesson: WholeOrNone = None,
    chapter: WholeOrNone = None,
    list: Annotated[bool, Parameter(negative="")] = False,
    unfold: Annotated[bool, Parameter(negative="")] = False,
    hint: Literal[1, 2, 3] | None = None,
    notebooks: Path | None = None,
    marimo: Annotated[bool, Parameter(negative="")] = False,
    seconds: float = 30.0,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Create a neural network from scratch, in lessons: read, type, check, go on.

    The first call writes the file, with a function to fill in, and prints the first lesson. Each
    further one checks what was written, exercises too, and prints the next lesson where it is
    right, and what is wrong where it is not; in a terminal it goes on as you do. Where you are
    stands in a file beside yours. The exit status is 1 where something is wrong, 0 otherwise.

    Parameters
    ----------
    file
        The Python file to write in.
    lesson
        Read this lesson, wherever you are.
    chapter
        The exercise of a chapter of parts two and three, 13 to 26: its function is put into the
        file, and checked once it is written.
    list
        Name the lessons, those that are done marked, and the chapters' exercises.
    unfold
        With hints, solutions and the usual slips.
    hint
        Not the mistake, but a hint: 1 where to look, 2 a question, 3 the formula.
    notebooks
        Write the lessons as Jupyter notebooks into this folder, and no more.
    marimo
        With --notebooks: as marimo's, where a check runs again when you change a function.
    seconds
        How long a check may take.
    json
        Print one JSON document.
    """
    from glassnet.cli.output import print_json
    from glassnet.core.errors import InputError
    from glassnet.tutor.lessons import learning as job
    from glassnet.tutor.lessons.chapters.exercises import EXERCISES
    from glassnet.tutor.lessons.course import COURSE
    from glassnet.views.lesson.terminal import chapter_list, lesson_list, show_lesson

    if chapter is not None:
        return _chapter(file, chapter, unfold, hint, _sandbox(seconds), json)
    if notebooks is not None:
        _write_notebooks(notebooks, marimo)
        return 0
    if marimo:
        raise InputError("--marimo says which notebooks: it goes with --notebooks FOLDER.")
    if list or lesson is not None:
        if json:
            print_json(job.lessons() if lesson is None else job.lesson_to_read(lesson))
        elif lesson is not None:
            show_lesson(job.lesson_to_read(lesson), unfold)
        else:
            print(lesson_list(COURSE, job.passed(file)) + chapter_list(EXERCISES), end="")
        return 0
    while True:
        step = job.learn(file, _sandbox(seconds))
        if json:
            print_json(step)
        else:
            _tell_report(step, hint)
            if not _reads_on(step):
                return 0
            _tell_lesson(file, step, unfold)
        if json or step.finished or not _goes_on(step):
            return 1 if step.wrong else 0


def _chapter(
    file: Path, number: int, unfold: bool, hint: int | None, sandbox: "Sandbox", json: bool
) -> int:
    """A chapter's exercise: told where it is still to be written, else checked."""
    from glassnet.cli.output import print_json
    from glassnet.tutor.lessons.chapters.exercises import LAST
    from glassnet.tutor.lessons.chapters.learning import learn_chapter
    from glassnet.tutor.lessons.chapters.text import chapter_text
    from glassnet.views.lesson.terminal import show_lesson

    step = learn_chapter(file, number, sandbox)
    again = f"glassnet learn {'' if file == FILE else f'{file} '}--chapter"
    if json:
        print_json(step)
        return 1 if step.wrong else 0
    _tell_report(step, hint)
    if step.text is not None or unfold:
        show_lesson(step.text or chapter_text(number), unfold)
    if step.text is not None:
        print(f"\nWrite it in {step.file}, and then again: {again} {number}")
    elif not step.wrong and number < LAST:
        print(f"The next: {again} {number + 1}")
    return 1 if step.wrong else 0


def _write_notebooks(folder: Path, marimo: bool) -> None:
    from glassnet.cli.output import say
    from glassnet.core.errors import InputError
    from glassnet.files.whole import named, write_whole
    from glassnet.tutor.lessons.learning import lessons, pictures
    from glassnet.views.lesson.marimo import lesson_marimo
    from glassnet.views.lesson.notebook import lesson_notebook
    from glassnet.views.lesson.pictures import draw_lesson_picture

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{named(folder)} can be no folder: {reason}.") from None
    for text in lessons():
        path = folder / f"{text.page}{'.py' if marimo else '.ipynb'}"
        try:
            picture = draw_lesson_picture(pictures()[text.number])
        except InputError:  # without matplotlib the map is left out
            picture = ""
        write_whole(path, (lesson_marimo if marimo else lesson_notebook)(text, picture))
        say(f"{path}")


def _sandbox(seconds: float) -> "Sandbox":
    from glassnet.core.errors import InputError
    from glassnet.tutor.process.sandbox import Limits, Sandbox

    if not 0 < seconds <= 86_400:
        raise InputError(f"--seconds is {seconds:g}: give a time above 0, up to 86,400.")
    return Sandbox(Limits(seconds=seconds))


def _tell_report(step: "LearningStep", hint: int | None) -> None:
    """What came of the check."""
    from glassnet.tutor.hints import hinted
    from glassnet.views.text.check import check_text

    if step.report is None:
        return
    # what is still to be written is said in full
    if hint is not None and not step.report.unwritten:
        print(check_text(hinted(step.report, hint)))
    else:
        print(check_text(step.report))


def _reads_on(step: "LearningStep") -> bool:
    """In a terminal a lesson that is done ends the page: the next one is asked for."""
    if step.report is None or step.text is None or not (step.fresh and _in_terminal()):
        return True
    print(f"Lesson {step.text.number - 1} is done.")
    try:
        return input(ON.format(number=step.text.number, title=step.text.title)).strip() != "q"
    except EOFError:
        return False


def _tell_lesson(file: Path, step: "LearningStep", unfold: bool) -> None:
    """The lesson to read now, where one has come to it, and what to do then."""
    from glassnet.views.lesson.terminal import show_lesson

    if step.text is not None:
        n = step.text.number
        if step.fresh:
            show_lesson(step.text, unfold)
            done = step.report is not None and not _in_terminal()
            said = f"\nLesson {n - 1} is done, all of it is right; this was lesson {n}." * done
        else:
            said = f"\nYou are at lesson {n}, to be read again by `glassnet learn --lesson {n}`."
        print(f"{said}\nWrite it in {step.file}, and then again: {_again(file)}")
    elif step.finished:
        print(
            "You are through: a network from scratch, understood to the last number. The book's "
            "page 'After the course' (docs/after-the-course.md) goes on from here, and so do "
            "`glassnet walk`, `glassnet train digits`, `glassnet check` for whatever you write. "
            "Each chapter of parts two and three has an exercise that is checked too; the first: "
            f"`{_again(file)} --chapter 13`."
        )


def _in_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout.isatty()


def _again(file: Path) -> str:
    return "glassnet learn" if file == FILE else f"glassnet learn {file}"


def _goes_on(step: "LearningStep") -> bool:
    """Whether to check once more: asked of a person, and of nobody where none is there."""
    from glassnet.views.lesson.terminal import show_lesson

    if not _in_terminal():
        return False
    while True:
        try:
            wish = input(WAYS).strip().lower()
        except EOFError:
            return False
        if wish in ("r", "u") and step.text is not None:
            show_lesson(step.text, unfolded=wish == "u")
        elif wish in ("", "q"):
            return wish == ""
