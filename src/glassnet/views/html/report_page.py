"""A report as a page to keep or to send: one HTML file that holds everything and fetches nothing.

It has no script, and its Content-Security-Policy lets it load nothing from elsewhere.
"""

from collections.abc import Callable
from html import escape

from glassnet.core.network import Network
from glassnet.training.measure.report import Report
from glassnet.views.html.head import asset, page_head, palette
from glassnet.views.html.report_sections import (
    calibration,
    confusions,
    data_seen,
    figures,
    influence,
    mistakes,
    network,
    predictions,
    same_again,
    training_curves,
)


def report_page(report: Report, net: Network | None = None) -> str:
    """The page as HTML.

    Args:
        report: as `training.report.make_report` gives it.
        net: the network, to be drawn; None leaves the drawing out.
    """
    rooms: list[tuple[str, str, Callable[[], str]]] = [
        ("figures", "How good it is", lambda: figures(report)),
        ("data", "The data", lambda: data_seen(report)),
        ("training", "Training", lambda: training_curves(report)),
        ("confusions", "What was taken for what", lambda: confusions(report)),
        ("predictions", "Predicted and true", lambda: predictions(report)),
        ("calibration", "How far its probabilities can be trusted", lambda: calibration(report)),
        ("mistakes", "The worst mistakes", lambda: mistakes(report)),
        ("influence", "What the inputs do", lambda: influence(report)),
        ("network", "The network", lambda: network(report, net)),
        ("again", "How to get the same again", lambda: same_again(report)),
    ]
    written = [(name, heading, body()) for name, heading, body in rooms]
    written = [room for room in written if room[2]]
    title = f"{report.about.get('data', 'A network')}: report on a trained network"
    contents = "".join(
        f'<li><a href="#{name}">{escape(heading)}</a></li>' for name, heading, _ in written
    )
    sections = "\n".join(
        f'<section id="{name}" aria-labelledby="{name}-title">\n'
        f'<h2 id="{name}-title">{escape(heading)}</h2>\n{body}\n</section>'
        for name, heading, body in written
    )
    return _PAGE.format(
        head=page_head(title, palette() + asset("report_page.css")),
        title=escape(title),
        lead=escape(_lead(report)),
        contents=contents,
        sections=sections,
    )


def _lead(report: Report) -> str:
    task = (
        f"It tells {len(report.classes)} classes apart"
        if report.task == "classes"
        else "It predicts numbers"
    )
    return (
        f"{task}. It learned from {report.train_rows:,} rows; unless said otherwise, everything "
        f"here was measured on {report.test_rows:,} test rows."
    )


_PAGE = """<!doctype html>
{head}
<body>
<header>
<h1>{title}</h1>
<p class="lead">{lead}</p>
</header>
<nav aria-label="Contents"><ul>{contents}</ul></nav>
<main>
{sections}
</main>
<footer><p>Made by glassnet. This file stands by itself and loads nothing from elsewhere.</p>
</footer>
</body>
</html>
"""
