"""```{studio} delta2: the studio's worked example in the page, replayed from a record.

It is the page of `glassnet play`, opened at the stage of that array, on the numbers that its own
code tells: played, gone back, pointed at, and not moved, since nobody is there to compute. Where
no script runs, and on paper, a drawing of the same pass stands in its place; what stands in the
directive is the sentence below it. The script is loaded by the pages that have one.
"""

import base64
import json
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive

from glassnet.explain import WORKED, pass_of
from glassnet.files.whole import write_whole
from glassnet.studio.given import Given
from glassnet.studio.messages import Wish, told
from glassnet.studio.opening import PAGE
from glassnet.studio.scenes.worked import WorkedScene
from glassnet.studio.welcome import welcome
from glassnet.views.svg.network import draw_network

SCRIPT = "replay.js"
STEPS = 10_000  # updates that the record goes up to
SHOWN = "The worked example, a step of learning with every number on it"


@cache
def records() -> str:
    """What the page would be answered, by what it asks, as JSON that may stand in HTML."""
    answer = WorkedScene().open(Wish(None, "worked.open", {"steps": STEPS}))
    found = {"welcome": welcome(Given()), "worked.open": answer}
    parts = (f"{json.dumps(name)}:{told(None, record)}" for name, record in found.items())
    return "{" + ",".join(parts).replace("<", "\\u003c") + "}"


@cache
def still() -> str:
    """The drawing of the first pass, as an image."""
    ask = pass_of(WORKED, 0)
    drawn = draw_network(ask.net, ask.p).encode()
    return f"data:image/svg+xml;base64,{base64.b64encode(drawn).decode()}"


class StudioDirective(Directive):
    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        (begin,) = self.arguments
        place = (
            f'<div class="studio-replay" data-begin="{escape(begin)}">'
            f'<script type="application/json">{records()}</script>'
            f'<img class="still" alt="{escape(SHOWN)}" src="{still()}"></div>'
        )
        caption = nodes.container(classes=["caption"])
        self.state.nested_parse(self.content, self.content_offset, caption)
        return [nodes.raw("", place, format="html"), caption]


def _provided(app: Any, config: Any) -> None:
    """The script among what the book brings along, where `make page` has built it."""
    if (PAGE / SCRIPT).exists():
        made = Path(app.confdir) / "made" / "studio"
        made.mkdir(parents=True, exist_ok=True)
        write_whole(made / SCRIPT, (PAGE / SCRIPT).read_bytes())
        config.html_static_path.append("made/studio")


def _loaded(app: Any, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    if 'class="studio-replay"' in context.get("body", "") and (PAGE / SCRIPT).exists():
        app.add_js_file(SCRIPT)


def setup(app: Any) -> dict[str, bool]:
    app.add_directive("studio", StudioDirective)
    app.connect("config-inited", _provided)
    app.connect("html-page-context", _loaded)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
