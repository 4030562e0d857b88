"""A table of one's own in the plane: each axis has its own scale, and classes their names."""

import base64

import numpy as np

from glassnet.studio.given import Given
from glassnet.studio.messages import Wish
from glassnet.studio.scenes.play.own_table import OwnTable
from glassnet.studio.scenes.play.playground import PlayScene


def test_each_axis_has_a_scale_of_its_own():
    """Heights in metres beside weights in kilograms were a vertical line."""
    rng = np.random.default_rng(0)
    rows = [f"{h:.3f},{w:.2f},{'f' if h < 1.7 else 'm'}" for h, w in zip(
        rng.normal(1.7, 0.1, 60), rng.normal(70, 15, 60))]  # fmt: skip
    content = base64.b64encode(("h,w,sex\n" + "\n".join(rows)).encode()).decode()
    table = OwnTable.brought("people.csv", content)
    told = table.points("h", "w", "sex")
    points = np.array(told["points"])
    assert np.allclose(points[:, :2].min(axis=0), -1)
    assert np.allclose(points[:, :2].max(axis=0), 1)
    heights = np.array([float(row.split(",")[0]) for row in rows])
    assert np.array_equal(np.argsort(points[:, 0]), np.argsort(heights))
    assert table.columns().targets["sex"] == ["f", "m"]


def test_the_plane_s_bounds_are_told_in_the_table_s_numbers():
    rows = [f"{h},{w},{'ab'[h > 3]}" for h, w in [(1, 70), (2, 90), (4, 130), (5, 50), (3, 100)]]
    content = base64.b64encode(("h,w,kind\n" + "\n".join(rows)).encode()).decode()
    scene = PlayScene(lambda frame: None, Given())
    scene.own(Wish(1, "play.own", {"name": "few.csv", "content": content}))
    told = scene.own_columns(Wish(2, "play.own_columns", {"x0": "h", "x1": "w", "target": "kind"}))
    low, high, bottom, top = told.own_bounds or (0, 0, 0, 0)
    left, right, below, above = told.bounds
    heights = low + (told.x[:, 0] - left) / (right - left) * (high - low)
    weights = bottom + (told.x[:, 1] - below) / (above - below) * (top - bottom)
    assert np.allclose(heights, [1, 2, 4, 5, 3], atol=1e-4)
    assert np.allclose(weights, [70, 90, 130, 50, 100], atol=1e-3)
    assert scene.change(Wish(3, "play.change", {"settings": {"set": "moons"}})).own_bounds is None
