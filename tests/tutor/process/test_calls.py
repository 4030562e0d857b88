"""A learner's functions called with our numbers: what they answer, raise and alter."""

import numpy as np
import pytest

from glassnet.tutor.process.calls import perform, plain

TEXT = """
import numpy as np

def double(x):
    return 2 * x

def spoil(x, y):
    y -= x
    return y

def fail(x):
    return x / absent

class Net:
    def __init__(self, n):
        self.n = n
        self.rounds = 0
    def train(self):
        self.rounds += 1
"""


@pytest.fixture
def answers(tmp_path, monkeypatch):
    monkeypatch.setattr("glassnet.tutor.process.standing_in.install.install", lambda *_: [])
    path = tmp_path / "mine.py"
    path.write_text(TEXT, encoding="utf-8")

    def asked(*trials):
        return list(perform(path, {"folder": str(tmp_path), "trials": list(trials)}))

    return asked


def call(name, *args, do="call"):
    return {"do": do, "name": name, "args": list(args)}


def test_a_function_answers_with_its_value(answers):
    ((answer,),) = answers([call("double", np.array([1.5, 2.0]))])
    np.testing.assert_array_equal(answer["value"], [3.0, 4.0])
    assert answer["changed"] == []


def test_the_argument_that_it_alters_is_told_and_ours_stays(answers):
    x, y = np.ones(2), np.zeros(2)
    ((answer,),) = answers([call("spoil", x, y)])
    assert answer["changed"] == [1]
    assert (y == 0).all()


def test_what_it_raises_is_an_answer_and_ends_its_trial_alone(answers):
    first, second = answers([call("fail", 1.0), call("double", 1.0)], [call("double", 2.0)])
    assert first == [{"raised": "NameError", "message": "name 'absent' is not defined", "line": 12}]
    assert second[0]["value"] == 4


def test_an_object_is_kept_for_its_trial(answers):
    train, read = call("train", do="method"), call("rounds", do="read")
    one, other = answers([call("Net", 3, do="make"), train, train, read], [call("Net", 3), read])
    assert [answer.get("value") for answer in one] == [None, None, None, 2]
    assert other[-1]["raised"] == "AttributeError"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (None, None),
        ("half", {"type": "str"}),
        (np.array(["a"]), {"type": "array of <U1"}),
        (object(), {"type": "object"}),
        ([1, 2.5], np.array([1, 2.5])),
        ((True, 2), np.array([1, 2])),
        ([], []),
        ([np.ones(2), None], [np.ones(2), None]),
        ([[[[[1]]]]], [[[[{"type": "list"}]]]]),
        ({"a": 1}, {"type": "dict"}),
    ],
)
def test_what_comes_back_is_arrays_and_lists_of_them(value, told):
    found = plain(value)
    assert type(found) is type(told)
    np.testing.assert_equal(found, told)


def test_an_array_that_comes_back_is_a_copy():
    value = np.zeros(2)
    found = plain(value)
    value += 1
    assert (found == 0).all()
