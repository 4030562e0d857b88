"""`gn.watch()`: the block leaves what it would leave without it, and is judged where it ran."""

import contextlib
import io
import runpy
import sys
import traceback
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from statement_kinds import KINDS

import glassnet as gn
from glassnet.tutor.watching import live_tape

MODULE = """\
import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

class Net:
    def __init__(self, rng):
        self.W1, self.b1 = rng.normal(size=(3, 4)), np.zeros((1, 4))
        self.W2, self.b2 = rng.normal(size=(4, 2)), np.zeros((1, 2))

    def forward(self, X):
        self.h = sigmoid(X @ self.W1 + self.b1)
        return sigmoid(self.h @ self.W2 + self.b2)

    def learn(self, X, y, rate=0.5):
        o = self.forward(X)
        d2 = (o - y) * o * (1 - o)
        d1 = (d2 @ self.W2.T)HERE
        self.W2 -= rate * self.h.T @ d2
        self.b2 = self.b2 - rate * d2.sum(axis=0, keepdims=True)
        self.W1 -= rate * X.T @ d1
        self.b1 -= rate * d1.sum(axis=0, keepdims=True)
"""
BEGIN = """\
import numpy as np
import glassnet as gn
from own_network import Net
rng = np.random.default_rng(3)
X, y = rng.normal(size=(6, 3)), rng.random((6, 2))
net = Net(rng)
def train(rounds):
    for k in range(rounds):
        net.learn(X, y)
    return rounds
"""
BLOCKS = {
    "a function that trains": "with gn.watch() as seen:\n    print(train(40))\n",
    "one line": "with gn.watch() as seen: print('in it'); train(40)\n",
    "a loop": "with gn.watch() as seen:\n    for k in range(40):\n        net.learn(X, y)\n",
    "within a function": (
        "def go():\n    with gn.watch() as seen:\n        for k in range(40):\n"
        "            net.learn(X, y)\n    return seen\nseen = go()\n"
    ),
    "lines of its own": (
        "W, b = rng.normal(size=(3, 2)), np.zeros(2)\nwith gn.watch() as seen:\n    k = 0\n"
        "    while k < 30:\n        a = 1 / (1 + np.exp(-(X @ W + b)))\n"
        "        d = (a - y) * a * (1 - a)\n        W = W - 0.5 * X.T @ d\n"
        "        b -= 0.5 * d.sum(axis=0)\n        k += 1\n    last = [v * 2 for v in b]\n"
    ),
    "in a loop, with a way out": (
        "for turn in range(3):\n    with gn.watch() as seen:\n        if turn == 1:\n"
        "            continue\n        train(20)\n        print(turn)\n"
    ),
}  # fmt: skip
RIGHT, WRONG = " * self.h * (1 - self.h)", ""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Runs lines as a program beside a module with the network; gives what it prints and leaves."""
    monkeypatch.syspath_prepend(tmp_path)

    def run(lines: str, slope: str = RIGHT) -> tuple[str, dict[str, Any]]:
        sys.modules.pop("own_network", None)
        (tmp_path / "own_network.py").write_text(MODULE.replace("HERE", slope), encoding="utf-8")
        path = tmp_path / "mine.py"
        path.write_text(lines, encoding="utf-8")
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            left = runpy.run_path(str(path), run_name="__main__")
        return printed.getvalue(), left

    yield run
    sys.modules.pop("own_network", None)


@pytest.mark.parametrize("block", BLOCKS.values(), ids=BLOCKS)
def test_a_block_leaves_what_it_leaves_unwatched_and_is_judged(program, block):
    printed, left = program(BEGIN + block)
    as_it_is = block.replace("gn.watch()", "__import__('contextlib').nullcontext()")
    told, expected = program(BEGIN + as_it_is)
    assert printed == told
    seen = left.pop("seen")
    assert left.keys() == expected.keys() - {"seen"}
    for name in expected.keys() & {"W", "b", "k", "last", "turn"}:
        np.testing.assert_array_equal(left[name], expected[name])
    for name in ("W1", "b1", "W2", "b2"):
        np.testing.assert_array_equal(vars(left["net"])[name], vars(expected["net"])[name])
    assert seen.check().verdict == "right"
    if "W" not in left:  # the network that was trained, as it is now
        network = seen.network()
        assert isinstance(network, gn.Network)
        np.testing.assert_allclose(network.predict(left["X"]), left["net"].forward(left["X"]))


def test_a_mistake_is_named_at_its_line_in_its_file(program):
    _, left = program(BEGIN + BLOCKS["a function that trains"], WRONG)
    report = left["seen"].check()
    assert [mistake.name for mistake in report.mistakes] == ["hidden-slope-lost"]
    assert report.wrong.place.where == "own_network.py, line 18"
    assert report.wrong.place.source == "d1 = (d2 @ self.W2.T)"
    assert "its weights: self.W1, self.W2" in report.found[0]
    assert "own_network.py, line 18" in str(report)
    assert "own_network.py, line 18" in report._repr_html_()
    assert not report.answer
    assert left["seen"].check(answer=True).answer.startswith("def hidden_delta(")
    assert str(left["seen"].check(hint=1)) == "Hint 1. Look at this step: hidden delta.\n"


def test_functions_are_as_they_were_also_those_made_in_the_block(program):
    lines = "with gn.watch() as seen:\n    train(9)\n    double = lambda v: 2.0 * v\n    def g():\n"
    lines += (
        "        for v in [1.0, 2.0]:\n            yield v * 2.0\n    going = g(); next(going)\n"
    )
    _, left = program(BEGIN + "before = Net.learn.__code__, train.__code__\n" + lines)
    assert (left["Net"].learn.__code__, left["train"].__code__) == left["before"]
    assert left["double"].__code__.co_names == ()
    assert list(left["going"]) == [4.0]  # it was suspended in the block
    assert not [name for name in left if "glassnet" in name]


def test_an_exception_passes_as_it_is_and_what_ran_before_is_judged(program):
    lines = "with gn.watch() as seen:\n    train(3)\n    wide = X @ net.W2\n"
    caught = "try:\n    go()\nexcept ValueError as error:\n    raised = error\n"
    indented = "".join("    " + line + "\n" for line in lines.splitlines())
    _, left = program(BEGIN + "try:\n" + indented + "except ValueError as error: raised = error\n")
    assert left["raised"].__context__ is None
    assert traceback.extract_tb(left["raised"].__traceback__)[0].lineno == 12
    assert "X has shape (6, 3) and net.W2 has shape (4, 2)" in left["seen"].check().notes[0]
    within = "def go():\n    global seen\n" + indented + caught
    _, left = program(BEGIN + within)
    assert left["raised"].__context__ is None
    assert left["seen"].check().verdict == "right"  # the line itself is not followed there


def test_a_recording_ends_where_nothing_more_is_to_be_learned(program):
    _, left = program(BEGIN + "with gn.watch() as seen:\n    train(3000)\n")
    assert len(left["seen"]._tape.nodes) < 1000
    network = left["seen"].network()  # and yet its weights are those of the end
    np.testing.assert_allclose(network.predict(left["X"]), left["net"].forward(left["X"]))


def test_what_is_refused_unwatched_is_refused(program):
    for refused in ("'%d' % np.ones(2)", "[1, 2][np.ones(1)]", "np.array([[1.0], [1.0, 2.0]])"):
        lines = f"try:\n    with gn.watch():\n        {refused}\nexcept Exception as e: error = e\n"
        _, left = program(BEGIN + lines)
        assert isinstance(left["error"], TypeError | ValueError | IndexError)


@pytest.mark.outside  # takes long
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # np.matrix
@pytest.mark.parametrize("full", [False, True])
def test_no_statement_is_changed(tmp_path, monkeypatch, full):
    """full: where nothing more is noted, every operation does what was written."""
    if full:
        monkeypatch.setattr(live_tape, "MOST_NODES", -1)
    for kind, lines in KINDS.items():
        left = []
        for how in ("gn.watch()", "nullcontext()"):
            path = tmp_path / "mine.py"
            body = "".join("    " + line + "\n" for line in lines.splitlines())
            path.write_text(
                "from contextlib import nullcontext\nimport numpy as np\nimport glassnet as gn\n"
                f"np.random.seed(0)\nwith {how} as seen:\n{body}",
                encoding="utf-8",
            )
            found = runpy.run_path(str(path))
            left.append([repr(found[n]) for n in "abcde" if n in found and n not in ("x", "A")])
        assert left[0] == left[1], kind


SENTENCES = {
    "with gn.watch() as seen:\n    len('abc')\n": "nothing of your own was seen to compute",
    "with gn.watch() as seen:\n    v = np.ones(3) * 2.0\n": "no number changed as weights do",
    "with gn.watch() as seen:\n    v = np.ones((5000, 1500)) * 2.0 + 1.0 - 3.0\n    train(2)\n": (
        "its arrays are too large to be kept: watch a block that trains on fewer rows"
    ),
    "exec('with gn.watch() as seen: exec(\"v = 1.0 * 2.0\")', {'gn': gn}, out := {})\n"
    "seen = out['seen']\n": "Python has no source of what ran: put it into a file",
}


@pytest.mark.parametrize("lines", SENTENCES)
def test_where_nothing_could_be_followed_a_sentence_says_why(program, lines):
    _, left = program(BEGIN + lines)
    with pytest.raises(gn.InputError, match=SENTENCES[lines]):
        left["seen"].check()


def test_it_is_asked_below_its_block_and_one_at_a_time():
    with gn.watch() as seen:
        with pytest.raises(gn.InputError, match="below the `with` block"):
            seen.check()
        with pytest.raises(gn.InputError, match="a block is watched already"), gn.watch():
            pass
    with pytest.raises(gn.InputError, match="a block is watched already"), seen:
        pass


def test_a_file_that_was_changed_since_is_not_run_as_it_is_now(program, tmp_path):
    lines = "import pathlib\npath = pathlib.Path(__file__)\n"
    lines += "path.write_text(path.read_text().replace('1' + '.5', '2.5'))\n"
    _, left = program("import glassnet as gn\n" + lines + "with gn.watch():\n    v = 1.5 * 1\n")
    assert left["v"] == 1.5
    assert Path(tmp_path / "mine.py").read_text(encoding="utf-8").endswith("2.5 * 1\n")
