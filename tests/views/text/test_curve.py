"""The terminal's curve keeps its size, tells its limits and draws what can be drawn."""

import math

import pytest

from glassnet.views.text.curve import curve


def test_it_has_the_size_that_was_asked_for():
    lines = curve([10.0 ** (-k / 100) for k in range(500)], width=40, height=8).split("\n")
    assert len(lines) == 1 + 8 + 2
    assert max(map(len, lines)) <= 40 + 8
    assert "0.1" in lines[2] or "0.1" in lines[3]


def test_it_falls_from_the_upper_left_to_the_lower_right():
    rows = curve([1000.0, 100.0, 10.0, 1.0], width=20, height=6).split("\n")[1:7]
    dots = [[k for k, c in enumerate(row) if "\u2801" <= c <= "\u28ff"] for row in rows]
    assert dots[0][0] < dots[-1][-1]
    assert dots[0][0] == min(k for row in dots for k in row)


def test_decades_label_the_logarithmic_axis_and_steps_the_other():
    text = curve([0.3, 0.02, 0.003], x_label="step", y_label="error", title="a title")
    assert text.splitlines()[0].strip() == "a title"
    for word in ("error", "step", " 1 ┤", "0.1 ┤", "0.01 ┤", "0.001 ┤"):
        assert word in text
    assert text.splitlines()[-1].split() == ["0", "step", "2"]


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize("values", [[1.0], [2.0, 2.0], [0.0, 1.0], [math.nan, 1.0, math.inf, 0.5]])
def test_strange_values_are_drawn_without_an_error(values: list[float], log: bool):
    assert "└" in curve(values, log=log, width=10, height=3)


def test_nothing_to_draw_is_said():
    assert curve([]) == "nothing to draw."
    assert curve([0.0, -1.0], title="loss") == "loss: nothing to draw."


def test_a_linear_axis_tells_its_ends():
    text = curve([0.0, 1.0, 2.0], log=False, height=5)
    assert "2.1 ┤" in text
    assert "-0.1 ┤" in text
