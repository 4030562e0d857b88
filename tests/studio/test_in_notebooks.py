"""The studio in a real JupyterLab and a real marimo: what one side changes, the other has."""

import contextlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from notebook_servers import (
    NOTEBOOKS,
    jupyterlab,
    keep_shot,
    lab_settings,
    marimo,
    open_notebook,
    page_of,
)

from glassnet.studio.opening import build_page

pytestmark = [pytest.mark.outside, pytest.mark.timeout(1800)]
SLOW = 600_000  # milliseconds: only for what hangs
WIDTH = 1100

# what a notebook says, by the cell or the button that makes it say so
Says = Callable[[str], str]

CELLS = {
    "worked": """import numpy as np
import glassnet as gn
net = gn.Network.dense([2, 3, 1], hidden="tanh", output="sigmoid", dtype="float64", seed=0)
studio = net.play([0.5, -0.5], [1.0])
studio""",
    "weight": "float(net.dense_layers[0].W[0, 0]), studio.network is net",
    "move": "net.dense_layers[0].W[0, 1] = 0.125\nstudio.refresh()\n'moved'",
    "plane": """rng = np.random.default_rng(0)
X = rng.normal(size=(120, 2))
y = (X[:, 0] > 0).astype(int)
other = gn.Network.dense([2, 5, 2], hidden="tanh", output="softmax", seed=0)
plane = other.play(X, y)
plane""",
    "score": "float(other.score(X, y)), plane.network is other",
    "forget": "other.theta[:] = 0.0\nplane.refresh()\n'nothing known'",
    "layer": "plane.network.dense_layers[0].activation.name",
}


def check_worked(page: Any, shown: Any, says: Says) -> None:
    """A weight dragged on the page is Python's; one that Python sets is the page's."""
    expect = pytest.importorskip("playwright.sync_api").expect
    shown.locator(".picture svg").wait_for()
    before = says("weight")
    assert before.endswith("True)")
    weight = shown.locator('.picture .num[data-a="W1[0,0]"] .hit').last
    weight.scroll_into_view_if_needed()
    box = weight.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y, steps=8)
    shown.locator(".moved").wait_for()
    page.mouse.up()
    shown.locator(".moved").wait_for(state="detached")
    field = shown.locator(".mover .field")
    now = float(field.input_value())
    told = says("weight")
    assert told.endswith("True)")
    assert float(told[1:].partition(",")[0]) == pytest.approx(now, abs=1e-6)
    assert told != before
    says("move")
    shown.locator('.picture .num[data-a="W1[0,1]"]').last.click()
    expect(field).to_have_value("0.125", timeout=SLOW)


def check_plane(shown: Any, says: Says) -> None:
    """What is learned on the page is Python's network; what Python makes of it the page shows."""
    expect = pytest.importorskip("playwright.sync_api").expect
    run, right = shown.locator("#run"), shown.locator("#figure-accuracy")
    shown.locator(".plane").wait_for()
    run.click()
    expect(right).to_have_text(re.compile(r"^(9\d\.|100)"), timeout=SLOW)
    run.click()
    expect(run).to_have_text("Run", timeout=SLOW)
    learned, same = says("score")[1:-1].split(", ")
    assert float(learned) > 0.9
    assert same == "True"
    says("forget")
    expect(shown.locator("#figure-loss")).to_have_text(re.compile(r"^0\.693"), timeout=SLOW)
    shown.get_by_label("Activation of layer 1").select_option("relu")
    assert any(says("layer") == "'relu'" for _ in range(200))  # as soon as it has come there


@pytest.fixture(scope="module", autouse=True)
def page() -> None:
    """Built before a notebook asks for it, which is cut off from where node's packages are."""
    build_page(print)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("lab")
    (home / "notebooks").mkdir()
    cells = [
        {"cell_type": "code", "execution_count": None, "id": name, "metadata": {}, "outputs": [],
         "source": text}
        for name, text in CELLS.items()
    ]  # fmt: skip
    told = json.loads((NOTEBOOKS / "everything.ipynb").read_text("utf-8")) | {"cells": cells}
    (home / "notebooks" / "studio.ipynb").write_text(json.dumps(told), encoding="utf-8")
    lab_settings(home, "light")
    with jupyterlab(home) as address:
        yield address


PROMPT = """(n) => [...document.querySelectorAll('.jp-Notebook .jp-CodeCell')][n]
    .querySelector('.jp-InputArea-prompt').textContent"""


def run_cell(page: Any, name: str) -> Any:
    """Runs a cell as a hand does; its output, once it has ended."""
    n = [*CELLS].index(name)
    cell = page.locator(".jp-Notebook .jp-CodeCell").nth(n)
    before = page.evaluate(PROMPT, n)
    not_there = pytest.importorskip("playwright.sync_api").TimeoutError
    for _ in range(100):  # before the kernel is there, keys are forgotten
        if asked := page.query_selector(".jp-Dialog .jp-mod-accept"):  # which kernel is meant
            asked.click()
        with contextlib.suppress(not_there):
            cell.locator(".cm-content").click(timeout=5_000)
        page.keyboard.press("Shift+Enter")
        with contextlib.suppress(not_there):
            # a star at once, for as long as it runs
            heard = f"([n, before]) => ({PROMPT})(n) !== before"
            page.wait_for_function(heard, arg=[n, before], timeout=5_000)
            break
    page.wait_for_function(f"(n) => !({PROMPT})(n).includes('*')", arg=n, timeout=SLOW)
    return cell.locator(".jp-OutputArea").first


def test_in_jupyterlab_both_sides_change_one_network(lab: str, chromium: Any):
    with page_of(chromium, lab, WIDTH) as page:
        open_notebook(page, lab, "studio")
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")

        def says(name: str) -> str:
            return run_cell(page, name).locator("pre").last.inner_text().strip()

        shown = run_cell(page, "worked")
        check_worked(page, shown, says)
        keep_shot(shown, "lab-studio-worked")
        shown = run_cell(page, "plane")
        check_plane(shown, says)
        keep_shot(shown, "lab-studio-plane")


@pytest.mark.parametrize("mode", ["run", "edit"])
def test_in_marimo_both_sides_change_one_network(tmp_path: Path, chromium: Any, mode: str):
    notebook = NOTEBOOKS / "studio.py"
    with (
        marimo(tmp_path, mode, "light", notebook) as address,
        page_of(chromium, address, WIDTH) as page,
    ):
        page.goto(address)
        expect = pytest.importorskip("playwright.sync_api").expect

        def says(name: str) -> str:
            answer = page.get_by_text(re.compile(rf"^{name} \d+: "))
            before = answer.inner_text()
            for _ in range(60):  # a click that falls between two drawings is lost
                page.get_by_role("button", name=name, exact=True).click()
                with contextlib.suppress(AssertionError):
                    expect(answer).not_to_have_text(before, timeout=10_000)
                    break
            return answer.inner_text().partition(": ")[2].strip()

        worked, plane = (
            page.locator(".output", has=page.locator(at)) for at in (".picture", ".plane")
        )
        check_worked(page, worked, says)
        keep_shot(worked, f"marimo-studio-worked-{mode}")
        check_plane(plane, says)
        keep_shot(plane, f"marimo-studio-plane-{mode}")
