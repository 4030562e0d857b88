"""A lesson as Markdown: in a terminal, and as the ground of its other forms."""

from collections.abc import Iterator

from glassnet.tutor.lessons.text import FoldedPart, LessonSection, LessonText


def heading(lesson: LessonText) -> str:
    kind = "Chapter" if "/" in lesson.page else "Lesson"  # a chapter's page names its part
    return f"{kind} {lesson.number}: {lesson.title}"


def lesson_markdown(lesson: LessonText, unfolded: bool = False) -> str:
    """The whole lesson; hints, solutions and slips where they are unfolded, else their number."""
    parts = [f"# {heading(lesson)}"]
    for section in lesson.sections:
        parts += [f"## {section.title}", section.text]
        if section.picture:
            parts.append(f"*The picture in the book: {section.alt}.*")
        parts += _folded(section, unfolded)
    return "\n\n".join(parts) + "\n"


def _folded(section: LessonSection, unfolded: bool) -> Iterator[str]:
    for part in section.folded:
        if unfolded:
            yield f"### {part.title}"
            yield part.text
    if section.folded and not unfolded:
        titles = ", ".join(part.title.lower() for part in section.folded)
        yield f"*Folded away: {titles}; `--unfold` shows them.*"


def details(part: FoldedPart) -> str:
    """What is folded, as HTML with Markdown in it."""
    return f"<details><summary>{part.title}</summary>\n\n{part.text}\n\n</details>"
