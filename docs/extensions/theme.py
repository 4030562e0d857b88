"""Two corrections of what the theme and viewcode write."""

import re
from typing import Any


def _corrected(_app: Any, page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    # captions over groups of pages are headings without a level
    tree = context.get("furo_navigation_tree")
    if tree:
        context["furo_navigation_tree"] = tree.replace(
            'role="heading"', 'role="heading" aria-level="2"'
        )
    # the way back from a source goes by the module, while the entries bear the public name
    if page.startswith("_modules/"):
        back = r'<a class="viewcode-back" [^>]*>\[docs\]</a>'
        context["body"] = re.sub(back, "", context["body"])


def setup(app: Any) -> dict[str, bool]:
    app.connect("html-page-context", _corrected, priority=900)  # after the theme
    return {"parallel_read_safe": True, "parallel_write_safe": True}
