"""A number in a blank: its value as it is meant, and how many decimals it was given with."""

import pytest

from glassnet.tutor.sheet.numbers import read_number


@pytest.mark.parametrize(
    ("text", "value", "decimals"),
    [
        ("0.4500", 0.45, 4), ("3", 3, 0), ("3.", 3, 0), (".25", 0.25, 2), ("1.5e-3", 0.0015, 4),
        ("1.5e3", 1500, 0), ("4,5·10⁻³", 0.0045, 4), ("1/3", 1 / 3, None), ("-½", -0.5, None),
        ("−1 ½", -1.5, None), ("2 ⅛", 2.125, None),
    ],
)  # fmt: skip
def test_the_decimals_are_those_that_were_written(text, value, decimals):
    written = read_number(text)
    assert written.value == pytest.approx(value, rel=1e-15)
    assert written.decimals == decimals
    assert written.text == text


@pytest.mark.parametrize(
    "text", ["= 0.5", "**0.5**", "`0.5`", "$0.5$", "≈0.5", "0.5 ____", " 0.5;"]
)
def test_marks_of_the_sheet_are_no_part_of_the_number(text):
    assert read_number(text).value == 0.5


@pytest.mark.parametrize(
    "text", ["1 000", "0.1.2", "--1", "1//2", "1/2/3", "½½", "e5", "1e", "10^3"]
)
def test_what_could_be_read_in_more_ways_than_one_is_refused(text):
    with pytest.raises(ValueError, match="is no number"):
        read_number(text)
