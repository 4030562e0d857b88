"""What is told of a fault, in the learner's own names."""

import pytest

from glassnet.tutor.dataflow.locating.fault import Fault
from glassnet.tutor.script.words import first_and_last, reason


@pytest.mark.parametrize(
    ("operand", "wanted", "told"),
    [
        ("z1", "h", "takes z1 where h belongs (line 20): with that in its place"),
        ("h", "h", "takes another h than that of line 20, which belongs there: with that"),
    ],
)
def test_a_wrong_operand_is_told_beside_the_one_that_belongs_there(operand, wanted, told):
    fault = Fault("operand", 0, 22, "1 - h ** 2", "W1", "", "", operand, wanted, 20)
    assert reason(fault, "line {}".format).startswith(f"`1 - h ** 2` {told}")


def test_many_numbers_of_a_layer_are_told_by_the_first_and_the_last():
    assert first_and_last(["w1", "w2", "w3", "w3"]) == "w1 … w3"
    assert first_and_last(["W1", "W1"]) == "W1"
    assert first_and_last(["", ""]) == ""
