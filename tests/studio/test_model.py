"""A model of one's own on the page: its columns are set, its answer is the model's."""

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from glassnet.core.errors import InputError
from glassnet.exchange import load
from glassnet.studio.given import Given
from glassnet.studio.messages import Wish
from glassnet.studio.scenes.model import ModelScene


@pytest.fixture
def scene(tmp_path: Path, run: Any) -> ModelScene:
    """A model of a table whose numbers have a decimal comma."""
    rng = np.random.default_rng(0)
    rows = [(t, k) for t in rng.normal(9, 4, 60) for k in ("sun", "rain")]
    lines = [f"{t:.1f};{k};{3 * t + (k == 'sun'):.2f}".replace(".", ",") for t, k in rows]
    table = tmp_path / "baked.csv"
    table.write_text("\n".join(["warm;weather;sold", *lines]), encoding="utf-8")
    model = tmp_path / "baked.safetensors"
    done = run("train", table, "--target", "sold", "--epochs", 3, "--hidden", 4, "--out", model)
    assert done.status == 0, done.err
    return ModelScene(Given(str(model), str(table)))


def wish(verb: str, **fields: Any) -> Wish:
    return Wish(1, f"model.{verb}", fields)


def test_numbers_of_the_page_are_the_table_s(scene: ModelScene):
    card = scene.open(wish("open"))
    (warm, weather) = card.controls
    assert (warm.sort, weather.levels) == ("number", ["rain", "sun"])
    net = load(scene.path)
    for cell in ("12.5", "-3", warm.typical):
        told = scene.answer(wish("answer", cells={"warm": cell, "weather": "sun"}))
        frame = pl.DataFrame({"warm": [float(cell)], "weather": ["sun"]})
        assert told.reasons.answer == pytest.approx(net.predict(frame)[0], rel=1e-5)
    scene.answer(wish("answer"))
    scene.answer(wish("answer", row=3, cells={"warm": "1.5"}))


def test_a_cell_that_is_no_number_is_refused_in_a_sentence(scene: ModelScene):
    with pytest.raises(InputError, match="'warm' holds 'hot' as it was set, which is no finite"):
        scene.answer(wish("answer", cells={"warm": "hot"}))
