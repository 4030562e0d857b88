"""What JupyterLab itself makes of our objects: trusted and not, light and dark, wide and narrow."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from notebook_servers import (
    CUT,
    NOTEBOOKS,
    jupyterlab,
    keep_shot,
    lab_settings,
    open_notebook,
    page_of,
    run,
)

pytestmark = [pytest.mark.outside, pytest.mark.timeout(900)]

PICTURES = """output => [...output.querySelectorAll('img')].map(e => [
    e.complete && e.naturalWidth > 0, e.getBoundingClientRect().width, e.naturalWidth])"""
OUTPUTS = ".jp-OutputArea-output.jp-RenderedHTMLCommon"


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """JupyterLab with a notebook to run, and two that were run elsewhere: one is trusted."""
    home = tmp_path_factory.mktemp("lab")
    folder = home / "notebooks"
    folder.mkdir()
    shutil.copy(NOTEBOOKS / "everything.ipynb", folder / "live.ipynb")
    shutil.copy(NOTEBOOKS / "everything.ipynb", folder / "untrusted.ipynb")
    run(home, "jupyter", "execute", "--inplace", str(folder / "untrusted.ipynb"))
    shutil.copy(folder / "untrusted.ipynb", folder / "trusted.ipynb")
    # a signature is of what the file holds, so the two must differ
    text = (folder / "trusted.ipynb").read_text(encoding="utf-8")
    (folder / "trusted.ipynb").write_text(text.replace('"cell-12"', '"cell-13"'), encoding="utf-8")
    run(home, "jupyter", "trust", str(folder / "trusted.ipynb"))
    lab_settings(home, "light")
    with jupyterlab(home) as address:
        yield home, address


def test_the_bar_moves_while_training_runs_and_shows_its_end(lab: tuple[Path, str], chromium: Any):
    _, address = lab
    with page_of(chromium, address, 1100) as page:
        open_notebook(page, address, "live")
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
        page.evaluate(
            """() => { window.seen = []; setInterval(() => {
                const bar = document.querySelector('.jp-OutputArea-output progress');
                if (bar) window.seen.push(bar.value / bar.max);
            }, 50) }"""
        )
        not_there = pytest.importorskip("playwright.sync_api").TimeoutError
        # who clicks before the kernel is there is asked which one is meant, or not heard
        asked = ".jp-Dialog .jp-mod-accept"
        for _ in range(4):
            page.click(".jp-NotebookPanel-toolbar [data-jp-item-name=run]")
            with contextlib.suppress(not_there):
                page.wait_for_selector(f"{OUTPUTS} progress, {asked}", timeout=60_000)
                if page.query_selector(asked):  # once it is told, the click may be forgotten
                    page.click(asked)
                    page.wait_for_selector(f"{OUTPUTS} progress", timeout=60_000)
                break
        page.wait_for_selector(f"{OUTPUTS} >> text=, finished")
        seen = page.evaluate("() => window.seen")
        assert seen == sorted(seen)
        assert len(set(seen)) >= 3
        assert page.eval_on_selector(f"{OUTPUTS} progress", "e => e.value / e.max") == 1
        assert len(page.query_selector_all(".jp-OutputArea-output")) == 1


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", ["trusted", "untrusted"])
def test_a_notebook_that_was_run_elsewhere_is_readable(
    lab: tuple[Path, str], chromium: Any, name: str, theme: str
):
    home, address = lab
    lab_settings(home, theme)
    with page_of(chromium, address, 1100) as page:
        open_notebook(page, address, name)
        page.wait_for_selector(f"{OUTPUTS} >> text=the worked example: the first pass")
        light = "true" if theme == "light" else "false"
        page.wait_for_selector(f"body[data-jp-theme-light={light}]", state="attached")
        outputs = page.query_selector_all(OUTPUTS)
        bar, *_, delta, _, _, _, _, _, _ = outputs
        assert len(outputs) == 12
        assert "epoch 400/400, finished" in bar.inner_text()
        assert bar.eval_on_selector("progress", "e => e.value / e.max") == 1
        check_formula(delta, name == "trusted")
        for width in (1100, 480):
            page.set_viewport_size({"width": width, "height": 5000})
            keep_shot(page.query_selector(".jp-NotebookPanel"), f"lab-{name}-{theme}-{width}")
            for output in outputs:
                assert output.evaluate(CUT) == []
                assert output.query_selector("svg") is None
            pictures = [picture for output in outputs for picture in output.evaluate(PICTURES)]
            assert len(pictures) == 3  # of the network, of the training, of the worked example
            for loaded, shown, natural in pictures:
                assert loaded
                assert shown == pytest.approx(natural, abs=1) if width == 1100 else shown < width


def check_formula(delta: Any, trusted: bool) -> None:
    """A formula as text everywhere, and as mathematics where that is let through."""
    text = " ".join(delta.inner_text().split())
    assert (
        "delta1[0] = (delta2[0]·W2[0,0] + delta2[1]·W2[1,0])·a1[0]·(1 − a1[0]) = "
        "(0.1384985616·0.4 + (−0.03809823652)·0.5)·0.5932699921·(1 − 0.5932699921) = 0.00877135469"
    ) in text
    formulas = [e for e in delta.query_selector_all("math") if e.is_visible()]
    if trusted:
        assert len(formulas) == 2  # the number's, and that of the matrices
        assert "⊙ f′(z1)" not in text  # it is shown as a formula
    else:
        assert formulas == []
        assert "As matrices: delta1 = W2ᵀ delta2 ⊙ f′(z1)" in text
        assert "δ" not in text  # MathML's letters, without what sets them
