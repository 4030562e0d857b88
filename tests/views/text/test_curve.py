"""The terminal's curve keeps its size, tells its limits and draws what can be drawn."""

import math

import pytest

from glassnet.views.text.curve import curve


def dots(text: str) -> list[list[int]]:
    """Row by row, where the curve has dots."""
    rows = [line.partition("│")[2] or line.partition("┤")[2] for line in text.split("\n")[1:-2]]
    return [[k for k, c in enumerate(row) if "\u2801" <= c <= "\u28ff"] for row in rows]


def test_it_is_as_wide_as_a_terminal_and_its_decades_are_even():
    lines = curve([10.0 ** (-k / 100) for k in range(500)]).split("\n")
    assert len(lines) == 1 + 12 + 2
    assert max(map(len, lines)) <= 80
    at = {float(line.split()[0]): k for k, line in enumerate(lines) if "┤" in line}
    assert {1.0, 0.1, 0.001} <= at.keys()
    assert at[1.0] < at[0.1] < at[0.001]


def test_a_power_of_ten_a_step_is_a_straight_line_downwards():
    rows = dots(curve([1000.0, 100.0, 10.0, 1.0]))
    assert min(rows[0]) <= 1
    assert max(rows[-1]) >= 62
    for k, row in enumerate(rows):
        assert sum(row) / len(row) == pytest.approx((k + 0.5) / 12 * 64, abs=2)


def test_decades_label_the_logarithmic_axis_and_steps_the_other():
    text = curve([0.3, 0.02, 0.003], y_label="error", title="a title")
    assert text.splitlines()[0].strip() == "a title"
    for word in ("error", "step", " 1 ┤", "0.1 ┤", "0.01 ┤", "0.001 ┤"):
        assert word in text
    assert text.splitlines()[-1].split() == ["0", "step", "2"]


@pytest.mark.parametrize("values", [[1.0], [2.0, 2.0], [0.0, 1.0], [math.nan, 1.0, math.inf, 0.5]])
def test_strange_values_are_left_out_and_the_others_drawn(values: list[float]):
    assert any(dots(curve(values)))


def test_nothing_to_draw_is_said():
    assert curve([]) == "nothing to draw."
    assert curve([0.0, -1.0], title="loss") == "loss: nothing to draw."
