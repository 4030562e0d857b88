"""In which order the values of a column stand on the report page."""

import pytest

from glassnet.explain import DependencePoint, PartialDependence
from glassnet.views.html.along import along_columns


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (
            ["03.02.2024", "01.03.2024", None, "20.01.2024"],
            ["20.01.2024", "03.02.2024", "01.03.2024", "not given"],
        ),
        (["rain", "sun", "snow"], ["snow", "sun", "rain"]),
    ],
)
def test_dates_stand_in_their_order_and_words_by_their_mean_answer(cells, order):
    points = [DependencePoint(cell, float(k), 5) for k, cell in enumerate(cells)]
    told = PartialDependence("day", "sold", points, 1.0, 20, False)
    (column,) = along_columns([told])
    assert [point[0] for point in column.points] == order
