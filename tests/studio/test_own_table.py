"""A table of one's own in the plane: each axis has its own scale, and classes their names."""

import base64

import numpy as np

from glassnet.studio.scenes.play.own_table import OwnTable


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
