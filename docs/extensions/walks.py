"""```{walk} softmax delta1: a walk through a step of learning in the page, stepped and pointed at.

It is the page that `glassnet walk --format html` writes, in a frame, opened at the stage of that
array; what stands in the directive is the sentence below it.
"""

from functools import cache
from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive

from glassnet.explain import Walk, walk
from glassnet.explain.walks.example import Example
from glassnet.views.html.walk_page import walk_page

AFTER = (0, 1, 2, 10, 100, 1000, 10_000)  # updates
SOFTMAX = Example(
    name="scores 2, 1 and −1",  # those of the chapter on softmax
    weights=[[[0.8, 0.6], [0.6, 0.2], [-0.4, -0.3]]],
    biases=[[0.0, 0.0, 0.0]],
    inputs=[1.0, 2.0],
    targets=[0.0, 1.0, 0.0],
    activations=["softmax"],
    loss="cross_entropy",
    learning_rate=0.5,
)
EXAMPLES = {"softmax": SOFTMAX}


@cache
def _walks(name: str) -> list[Walk]:
    return [walk(EXAMPLES[name], steps) for steps in AFTER]


class WalkDirective(Directive):
    required_arguments = 2
    has_content = True

    def run(self) -> list[nodes.Node]:
        name, begin = self.arguments
        title = escape(f"A walk through one step: {EXAMPLES[name].name}, opened at {begin}")
        page = escape(walk_page(_walks(name), begin))
        frame = f'<iframe class="walk" loading="lazy" title="{title}" srcdoc="{page}"></iframe>'
        caption = nodes.container(classes=["caption"])
        self.state.nested_parse(self.content, self.content_offset, caption)
        return [nodes.raw("", frame, format="html"), caption]


def setup(app: Any) -> dict[str, bool]:
    app.add_directive("walk", WalkDirective)
    return {"parallel_read_safe": True}
