"""The tour runs from end to end, tells the right numbers, and leaves what it promises."""

import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from glassnet.cli.touring import tour as demo
from glassnet.core.display.numbers import written
from glassnet.core.errors import InputError

DRAWN = {"network.svg", "network-after.svg"}
PLOTTED = {"loss.png", "digits-loss.png", "confusion.png", "wrong.png", "first-layer.png"}


@pytest.fixture(scope="module")
def tour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    pytest.importorskip("matplotlib")
    folder = tmp_path_factory.mktemp("demo") / "new" / "glassnet-demo"
    lines: list[str] = []
    demo.run_demo(folder, lines.append)
    return folder, "\n".join(lines)


def test_it_leaves_the_page_and_its_pictures_and_nothing_else(tour: tuple[Path, str]):
    folder, _ = tour
    assert {file.name for file in folder.iterdir()} == {"index.html", "walk.html"} | DRAWN | PLOTTED
    page = (folder / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'src="([^"]+)"', page)) == DRAWN | PLOTTED


def test_the_worked_example_ends_where_it_should(tour: tuple[Path, str], golden: Any):
    folder, text = tour
    end = golden("worked_example")["biases_frozen"]
    page = (folder / "index.html").read_text(encoding="utf-8")
    for told in (text, page):
        assert f"{end['first_step']['E']:.6f}" in told
        assert written(end["error_after_10000"], 7) in told
        assert "99.988 %" in told
    drawing = (folder / "network-after.svg").read_text(encoding="utf-8")
    for row in [*end["after_10000"]["W1"], *end["after_10000"]["W2"]]:
        for weight in row:
            assert f"{weight:.4g}".replace("-", "−") in drawing
            assert f"{weight:.6f}".replace("-", "−") in page


def test_it_tells_one_weight_s_way_and_offers_what_comes_next(tour: tuple[Path, str]):
    told = tour[1]
    assert "new.W1[0,0] = W1[0,0] − learning_rate·dW1[0,0]" in told
    assert len(told.splitlines()) < 110
    for offered in ("glassnet learn", "glassnet start", "glassnet check", "walk.html"):
        assert offered in told[told.rindex("index.html") :]


def test_the_digits_are_mostly_read_rightly(tour: tuple[Path, str]):
    found = re.search(r"([\d.]+) % of the 359 test images", tour[1])
    assert found
    assert float(found[1]) > 94


def test_the_same_seed_leaves_the_same_files(tour: tuple[Path, str], tmp_path: Path):
    folder, _ = tour
    demo.run_demo(tmp_path, lambda line: None)
    for file in folder.iterdir():
        assert (tmp_path / file.name).read_bytes() == file.read_bytes(), file.name


def test_without_matplotlib_it_says_what_brings_the_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    lines: list[str] = []
    demo.run_demo(tmp_path, lines.append)
    assert "pip install 'glassnet[plots]'" in "\n".join(lines)
    assert {file.name for file in tmp_path.iterdir()} == {"index.html", "walk.html"} | DRAWN
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert set(re.findall(r'src="([^"]+)"', page)) == DRAWN
    assert "glassnet[plots]" in page


def test_a_file_in_the_folders_place_is_refused_before_anything_runs(tmp_path: Path):
    (tmp_path / "taken").write_text("mine")
    lines: list[str] = []
    with pytest.raises(InputError, match="is a file: give a folder"):
        demo.run_demo(tmp_path / "taken", lines.append)
    with pytest.raises(InputError, match="cannot be made"):
        demo.run_demo(tmp_path / "taken" / "below", lines.append)
    assert lines == []
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_folder_that_cannot_be_written_to_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    # root may write anywhere, so what the system says is put in its mouth
    monkeypatch.setattr(os, "access", lambda *_: False)
    with pytest.raises(InputError, match="cannot be written to"):
        demo.run_demo(tmp_path, lambda line: None)
