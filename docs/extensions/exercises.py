"""```{exercise} 13 1: a chapter's exercise that `glassnet learn` checks, as the first of its page.

Question, hints and solution come from the course's own text, and what is printed below the
solution is what it computes when the page is made.
"""

from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.statemachine import StringList

from glassnet.tutor.lessons.chapters.text import chapter_text
from glassnet.views.lesson.markdown import details


class ExerciseDirective(Directive):
    required_arguments = 2

    def run(self) -> list[nodes.Node]:
        number, ordinal = self.arguments
        section = chapter_text(int(number)).section("Exercise")
        where = f"(`glassnet learn --chapter {number}` puts it into your file, and checks it.)"
        parts = [f"**{ordinal}.** {section.text} {where}", *map(details, section.folded)]
        lines = "\n\n".join(parts).split("\n")
        node = nodes.container()
        self.state.nested_parse(StringList(lines, source=section.title), self.content_offset, node)
        return node.children


def setup(app: Any) -> dict[str, bool]:
    app.add_directive("exercise", ExerciseDirective)
    return {"parallel_read_safe": True}
