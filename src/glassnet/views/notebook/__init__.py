"""What a notebook shows of networks, passes, trainings and of what is asked about them."""

from collections.abc import Callable
from html import escape
from typing import Any

from glassnet.core.network import Network
from glassnet.core.numerical.gradcheck import GradCheck
from glassnet.core.passes import Pass
from glassnet.explain import Answer, AskedPass, Chain, Move, Nudge, Walk
from glassnet.training.events import History
from glassnet.tutor.report import CheckReport
from glassnet.views.notebook.answers import (
    answer_display,
    answer_html,
    ask_html,
    chain_html,
    move_html,
    nudge_html,
    walk_html,
)
from glassnet.views.notebook.networks import gradcheck_html, history_html, network_html, pass_html
from glassnet.views.text.check import check_text


def check_html(report: CheckReport) -> str:
    """The report as in a terminal."""
    return f"<pre>{escape(check_text(report))}</pre>"


_VIEWS: dict[str, dict[type, Callable[[Any], str]]] = {
    "html": {
        Network: network_html, Pass: pass_html, History: history_html, GradCheck: gradcheck_html,
        Answer: answer_html, AskedPass: ask_html, Chain: chain_html, Move: move_html,
        Nudge: nudge_html, Walk: walk_html, CheckReport: check_html,
    },
    "latex": {Answer: answer_display},
    "text": {CheckReport: check_text},
}  # fmt: skip


def display(thing: object, notation: str) -> str:
    """A thing in "html", "latex" or "text"; a subclass as what it extends."""
    views = _VIEWS[notation]
    # a plain str: marimo sends what extends it, as the pieces do, as an object
    return str(next(views[kind] for kind in type(thing).__mro__ if kind in views)(thing))
