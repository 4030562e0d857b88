"""A network's page in a real browser, with whatever it complained of or asked for."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

import glassnet as gn
from glassnet.data import TargetScale
from glassnet.data.table.preparation import TablePreparation
from glassnet.exchange.code.plan import CodePlan
from glassnet.views.html.model_page import model_page

COLOURS = ("red", "green", "blue")
SETTLED = "#why[data-done='true'], #why[hidden]"
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}


@contextmanager
def opened(
    chromium: Any, folder: Path, plan: CodePlan, width: int = 1200, scheme: str = "light"
) -> Iterator[Any]:
    """The page as it is opened from a disk; a word of complaint, or a request, is a failure."""
    file = folder / "model.html"
    file.write_text(model_page(plan), encoding="utf-8")
    complaints, requests = list[str](), list[str]()
    with chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
    ) as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message) or dialog.dismiss())
        page.on("request", lambda request: requests.append(request.url))
        page.goto(file.as_uri())
        yield page
    assert complaints == [], complaints
    assert requests == [file.as_uri()]


def of_each(page: Any, rows: Any, told: str) -> list[Any]:
    """What a function of the page tells of each row. The rows go as text: a key is a key there."""
    return page.evaluate(f"text => JSON.parse(text).map({told})", json.dumps(rows))


def outputs(page: Any, rows: Any) -> Any:
    """What the page's network gives for rows, (N, n_out)."""
    told = "(row) => Array.from(forward(inputs(row)).at(-1).a, String)"
    return np.array(of_each(page, rows, told), float)  # as text: JSON has no infinity


def why(page: Any, row: Any, place: int | None = None) -> dict[str, Any]:
    place_told = "undefined" if place is None else place
    return of_each(page, [row], f"(row) => why(row, {place_told})")[0]


def small() -> CodePlan:
    return CodePlan(gn.Network.dense([2, 2, 2], hidden="sigmoid", output="sigmoid", seed=1))


def of_a_table(rows: list[dict[str, Any]], seed: int = 0, **learned: Any) -> gn.Network:
    """A network that is drawn, not trained, for a table."""
    preparation = TablePreparation.learn(pl.DataFrame(rows), **learned)
    sizes = [preparation.n_inputs, 7, 3]
    net = gn.Network.dense(sizes, hidden="tanh", output="softmax", seed=seed, dtype="float64")
    net.preparation, net.classes = preparation, ["ape", "bee", "cat"]
    return net


def bakery() -> CodePlan:
    """One number of a table with every kind of column."""
    rng = np.random.default_rng(0)
    rows = [
        {"price": float(rng.normal(9, 3)) if n % 9 else None, "colour": COLOURS[n % 3],
         "open": "yes" if n % 4 else "no", "day": f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}"}
        for n in range(60)
    ]  # fmt: skip
    preparation = TablePreparation.learn(pl.DataFrame(rows))
    net = gn.Network.dense([preparation.n_inputs, 4, 1], hidden="relu", seed=2)
    net.preparation, net.target_scale = preparation, TargetScale(50.0, 10.0)
    return CodePlan(net, "bakery", targets=["sold"])


def digits() -> CodePlan:
    net = gn.Network.dense([64, 32, 10], output="softmax", seed=0)
    net.preparation = gn.Preparation("pixels", 64, (0.0,), (16.0,))
    net.classes = list(range(10))
    return CodePlan(net, "digits", image_shape=(8, 8))
