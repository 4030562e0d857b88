"""A watched run: every number is told with its text, name and owner, and nothing is changed."""

import numpy as np
import pytest
from watched_scripts import TWO_LAYERS, events_of

from glassnet.tutor.watching import recording


def told(seen, name):
    return [event.array.tolist() for event in events_of(seen) if event.name == name]


def texts(seen):
    return [event.text for event in events_of(seen)]


def test_each_expression_and_assignment_tells_its_value(watch):
    seen = watch("import numpy as np\nx = np.array([1.0, 2.0])\ny = 3 * x[1] - (-x).sum()\n")
    values = {event.text: event.array.tolist() for event in events_of(seen)}
    assert values["3 * x[1]"] == 6
    assert values["x[1]"] == 2
    assert values["-x"] == [-1, -2]
    assert values["3 * x[1] - (-x).sum()"] == 9
    assert told(seen, "y") == [9]


def test_an_expression_stands_in_the_order_in_which_it_is_computed(watch):
    seen = texts(watch("a = 2\nb = (a + 1) * (a + 2)\n"))
    assert seen.index("a + 1") < seen.index("a + 2") < seen.index("(a + 1) * (a + 2)")


@pytest.mark.parametrize(
    ("statement", "name", "values"),
    [
        ("w = 1.0\nw += 2", "w", [1, 3]),
        ("w, v = 1.0, 2.0", "v", [2]),
        ("w = [1.0]\nw.append(2.0)", "w", [[1], [1, 2]]),
        ("import numpy as np\nw = np.zeros(2)\nw[1] = 5", "w", [[0, 0], [0, 5]]),
        ("import numpy as np\nw = np.zeros(1)\nnp.add(w, 1, out=w)", "w", [[0], [1]]),
        ("import numpy as np\nw = np.ones(1)\nw.fill(4)", "w", [[1], [4]]),
        ("w: float = 2.5", "w", [2.5]),
        ("w = {'a': 1.0}\nw['a'] = 2.0", "w['a']", [1, 2]),
        ("w = [[1.0, 2.0], [3.0]]", "w[1]", [[3]]),
        ("for w in (1.0, 2.0):\n    pass", "w", [1, 2]),
    ],
)
def test_a_variable_tells_what_it_holds_whenever_it_changes(watch, statement, name, values):
    assert told(watch(statement), name) == values


def test_an_attribute_is_told_with_its_object_and_a_local_with_its_function(watch):
    seen = watch(
        """
        class Layer:
            def __init__(self, w):
                self.w = w
            def grow(self):
                change = 0.5
                self.w = self.w + change
        one, other = Layer(1.0), Layer(2.0)
        one.grow()
        """
    )
    held = [event for event in events_of(seen) if event.name == "w" and event.assign]
    assert [event.array.item() for event in held] == [1, 2, 1.5]
    assert held[0].object == held[2].object != held[1].object
    (local,) = [event for event in events_of(seen) if event.name == "change"]
    assert local.scope == "Layer.grow"


def test_what_takes_part_in_its_own_new_value_is_marked(watch):
    seen = watch("w = 1.0\nw = w - 0.5\nv = w * 2\nv -= 1\n")
    flags = [(e.name, e.augmented) for e in events_of(seen) if e.assign]
    assert flags == [("w", False), ("w", True), ("v", False), ("v", True)]


def test_an_argument_is_told_at_its_entry(watch):
    seen = watch("def f(x):\n    return x * 2\nf(3.5)\n")
    assert [(e.name, e.entry) for e in events_of(seen) if e.name == "x"] == [("x", True)]


def test_an_array_changed_in_place_under_another_name_is_its_first_holders_too(watch):
    seen = watch("import numpy as np\nW = np.ones(2)\ndef step(v):\n    v -= 0.5\nstep(W)\n")
    assert told(seen, "W")[-1] == [0.5, 0.5]


@pytest.mark.parametrize(
    ("loop", "rounds", "cut"),
    [
        ("for epoch in range(1000):", 3, True),
        ("for i in range(n_iterations):", 3, True),
        ("for i in range(5000):", 3, True),
        ("for i in range(20):", 20, False),
        ("for i in range(len(rows)):", 60, False),
        ("for row in rows:", 60, False),
    ],
)
def test_a_loop_over_updates_is_cut_and_one_over_data_is_not(watch, loop, rounds, cut):
    seen = watch(f"rows = [0] * 60\nn_iterations = 40\ncount = 0\n{loop}\n    count += 1\n")
    assert told(seen, "count")[-1] == rounds
    assert seen["cut"] == ([4] if cut else [])


def test_a_while_loop_ends_too(watch):
    seen = watch("x = 1.0\nwhile True:\n    x = x / 2\n")
    assert seen["cut"] == [2]
    assert told(seen, "x")[-1] == 2.0**-30


def test_what_a_script_computes_is_what_it_computes_unwatched(watch):
    names = {}
    exec(TWO_LAYERS.replace("range(1000)", "range(3)"), names)
    seen = watch(TWO_LAYERS, iterations=3)
    for name in ("W1", "b1", "W2", "b2", "A2"):
        np.testing.assert_array_equal(told(seen, name)[-1], names[name])


def test_what_is_no_number_is_left_out(watch):
    seen = watch(
        "x = 'a' + 'b'\ny = 2**80\nz = ['a', 'b']\nimport numpy as np\nn = np.array(['a'])\n"
    )
    assert events_of(seen) == []


def test_a_run_that_raises_tells_where_and_what_came_before(watch):
    seen = watch("x = 1.5\ny = x / 0\n")
    assert told(seen, "x") == [1.5]
    assert seen["ended"].startswith("ZeroDivisionError at line 2, `y = x / 0`: ")


def test_lines_may_be_run_at_the_end(watch):
    assert told(watch("def f(v):\n    return v + 1\n", more="y = f(2.0)\n"), "y") == [3]


def test_another_activation_takes_the_place_of_the_one_that_is_asked_for(watch):
    text = (
        "def f(v, kind='tanh'):\n    return 1.0 if kind == 'tanh' else 2.0\n"
        "a = f(0)\nb = f(0, 'tanh')\nc = f(0, kind=['tanh'][0])\n"
    )
    seen = watch(text, instead=("tanh", "relu"))
    assert [told(seen, name) for name in "ab"] == [[2], [2]]


def test_so_much_is_noted_and_no_more(watch, monkeypatch):
    monkeypatch.setattr(recording, "MOST_EVENTS", 10)
    seen = watch("x = 0.0\nfor i in range(40):\n    x = x + 1\n")
    assert len(seen["events"]) == 10
