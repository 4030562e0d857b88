"""The verdict: correct programs are right, everyday mistakes are not, and what is said is said."""

from pathlib import Path

import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.check import check_file
from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judge
from glassnet.views.text.check import check_text

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))


@pytest.mark.outside  # each is recorded twice
def test_every_correct_program_is_right():
    verdicts = {path.name: judge(recorded(path, seed=2)).verdict for path in PROGRAMS}
    assert verdicts == {path.name: "right" for path in PROGRAMS}


XOR = """
import numpy as np
np.random.seed(3)
samples = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]
W1, b1 = np.random.randn(2, 3), np.zeros(3)
W2, b2 = np.random.randn(3, 1), np.zeros(1)
def sig(z):
    return 1 / (1 + np.exp(-z))
for epoch in range(500):
    for x, y in samples:
        x = np.array([x])
        h = sig(x @ W1 + b1)
        o = sig(h @ W2 + b2)
        d2 = (o - y) * o * (1 - o)
        d1 = d2 @ W2.T * h * (1 - h)
        W2 -= 0.5 * h.T @ d2
        b2 -= 0.5 * d2[0]
        W1 -= 0.5 * x.T @ d1
        b1 -= 0.5 * d1[0]
"""
EVERYDAY = {  # what is written otherwise → the line of the fault, where it is
    "the hidden delta without σ′": ("d2 @ W2.T * h * (1 - h)", "d2 @ W2.T", 14),
    "W1 += ": ("W1 -= 0.5", "W1 += 0.5", 18),
    "the output delta without σ′ of o": ("d1 = d2 @", "d1 = (o - y) @", 15),
    "W2 updated first": (
        "        d1 = d2 @ W2.T * h * (1 - h)\n        W2 -= 0.5 * h.T @ d2\n",
        "        W2 -= 0.5 * h.T @ d2\n        d1 = d2 @ W2.T * h * (1 - h)\n",
        16,
    ),
    "a gradient of z": ("W2 -= 0.5 * h.T", "W2 -= 0.5 * (x @ W1 + b1).T", 16),
    "the bias of the first moves by the second": ("b1 -= 0.5 * d1[0]", "b1 -= 0.5 * d2[0]", 19),
}


def test_xor_sample_by_sample_is_right(tmp_path):
    path = tmp_path / "xor.py"
    path.write_text(XOR, encoding="utf-8")
    assert check_file(path).verdict == "right"


def test_the_loss_of_one_output_is_the_one_whose_rate_is_even(tmp_path):
    text = """
import numpy as np
X, y = np.random.randn(6, 3), [0, 1, 1, 0, 1, 0]
w, b = np.random.randn(3), 0.0
for epoch in range(3):
    for x, t in zip(X, y):
        p = 1 / (1 + np.exp(-(x @ w + b)))
        w, b = w - 0.5 * (p - t) * x, b - 0.5 * (p - t)
"""
    (tmp_path / "one.py").write_text(text, encoding="utf-8")
    found = judge(recorded(tmp_path / "one.py", seed=1))
    assert (found.verdict, found.loss) == ("right", "binary cross-entropy")


def test_what_is_called_right_is_not_taken_back(tmp_path):
    """Of a sample that is a vector, the values show the last layer alone."""
    path = tmp_path / "vectors.py"
    path.write_text(
        """
import numpy as np
def sig(z):
    return 1 / (1 + np.exp(-z))
np.random.seed(1)
W1, b1 = np.random.randn(2, 3), np.zeros(3)
W2, b2 = np.random.randn(3), 0.0
for epoch in range(2000):
    for x, t in zip(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), [0, 1, 1, 0]):
        h = sig(x @ W1 + b1)
        o = sig(h @ W2 + b2)
        d = (o - t) * o * (1 - o)
        dh = d * W2 * h * (1 - h)
        W2 -= 0.5 * d * h
        b2 -= 0.5 * d
        W1 -= 0.5 * np.outer(x, dh)
        b1 -= 0.5 * dh
""",
        encoding="utf-8",
    )
    report = check_file(path)
    assert report.verdict == "right", check_text(report)
    assert all(name in " ".join(report.found) for name in ("W1", "b1", "W2", "b2"))
    assert "not checked" not in check_text(report)


@pytest.mark.parametrize("name", EVERYDAY)
def test_an_everyday_mistake_is_placed(tmp_path, name):
    old, new, line = EVERYDAY[name]
    assert old in XOR
    path = tmp_path / "xor.py"
    path.write_text(XOR.replace(old, new), encoding="utf-8")
    found = [judge(recorded(path, seed=seed)) for seed in (1, 2)]
    assert [each.verdict for each in found] == ["wrong", "wrong"]
    assert all(abs(each.fault.line - line) <= 1 for each in found if each.fault)


def test_none_of_them_is_called_right(tmp_path):
    path = tmp_path / "xor.py"
    for old, new, _ in list(EVERYDAY.values())[:3]:
        path.write_text(XOR.replace(old, new), encoding="utf-8")
        report = check_file(path)
        assert report.verdict == "wrong", check_text(report)
        assert "All of it is right" not in check_text(report)


def test_the_tutorials_network_with_literal_biases_is_right(tmp_path):
    """i1, i2 → h1, h2 → o1, o2 with w1 … w8, each bias a number that stands in its line."""
    path = tmp_path / "tutorial.py"
    path.write_text(
        "import math\n"
        "def f(z): return 1 / (1 + math.exp(-z))\n"
        "i1, i2, t1, t2 = 0.05, 0.10, 0.01, 0.99\n"
        "w1, w2, w3, w4, w5, w6, w7, w8 = .15, .20, .25, .30, .40, .45, .50, .55\n"
        "for epoch in range(1000):\n"
        "    h1 = f(w1 * i1 + w2 * i2 + 0.35)\n    h2 = f(w3 * i1 + w4 * i2 + 0.35)\n"
        "    o1 = f(w5 * h1 + w6 * h2 + 0.60)\n    o2 = f(w7 * h1 + w8 * h2 + 0.60)\n"
        "    d1 = (o1 - t1) * o1 * (1 - o1)\n    d2 = (o2 - t2) * o2 * (1 - o2)\n"
        "    e1 = (d1 * w5 + d2 * w7) * h1 * (1 - h1)\n"
        "    e2 = (d1 * w6 + d2 * w8) * h2 * (1 - h2)\n"
        "    w5, w6 = w5 - 0.5 * d1 * h1, w6 - 0.5 * d1 * h2\n"
        "    w7, w8 = w7 - 0.5 * d2 * h1, w8 - 0.5 * d2 * h2\n"
        "    w1, w2 = w1 - 0.5 * e1 * i1, w2 - 0.5 * e1 * i2\n"
        "    w3, w4 = w3 - 0.5 * e2 * i1, w4 - 0.5 * e2 * i2\n",
        encoding="utf-8",
    )
    report = check_file(path)
    assert report.verdict == "right", check_text(report)


def test_what_is_judged_in_part_says_what_and_is_not_called_right(tmp_path):
    path = tmp_path / "xor.py"
    stays = XOR.replace("        W1 -= 0.5 * x.T @ d1\n        b1 -= 0.5 * d1[0]\n", "")
    path.write_text(stays, encoding="utf-8")
    judged = judge(recorded(path))
    assert judged.verdict == "in part"
    assert "W1" in judged.why
    path.write_text(XOR.replace("range(500)", "range(1)").replace(
        "samples = [", "samples = [][:0] + ["), encoding="utf-8")  # fmt: skip
    assert judge(recorded(path)).verdict == "right"


def test_what_can_not_be_followed_is_one_sentence(tmp_path):
    path = tmp_path / "net.py"
    path.write_text(
        "import numpy as np\nclass Net:\n    def __init__(self, layers):\n"
        "        self.w = np.ones(layers)\n    def train(self, odd):\n        return odd\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="--run LINE` runs a line of yours"):
        check_file(path)


def test_numbers_beyond_all_bounds_are_no_traceback(tmp_path):
    path = tmp_path / "xor.py"
    path.write_text(XOR.replace("0.5 * ", "1e200 * "), encoding="utf-8")
    try:
        report = check_file(path)
    except InputError:
        return
    assert report.verdict in ("right", "wrong", "in part")


def test_where_every_step_climbs_it_is_the_direction_and_no_rate(tmp_path):
    path = tmp_path / "uphill.py"
    path.write_text(
        "import numpy as np\nnp.random.seed(2)\nX = np.random.rand(8, 3)\n"
        "y = (X[:, :1] > .5) * 1.\nw1, w2 = np.random.randn(3, 4), np.random.randn(4, 1)\n"
        "for i in range(900):\n    h = np.tanh(X @ w1)\n    d2 = y - h @ w2\n"
        "    d1 = d2 @ w2.T * (1 - h ** 2)\n    w2 -= 0.01 * h.T @ d2\n"
        "    w1 -= 0.01 * X.T @ d1\n",
        encoding="utf-8",
    )
    report = check_file(path)
    assert "output-delta-sign" in [mistake.name for mistake in report.mistakes]
    assert "times as far" not in report.reason


SUMS = """
from math import exp, log, tanh
rows = [(0.3, 0.8, 1.0), (0.9, -0.2, 0.0), (-0.5, 0.4, 1.0), (-0.7, -0.6, 0.0)]
u1, u2, c, v, d = 0.35, -0.6, 0.1, 0.5, -0.1
for epoch in range(300):
    g1 = g2 = gc = gv = gd = 0.0
    loss = 0.0
    for a, b, t in rows:
        h = tanh(u1 * a + u2 * b + c)
        p = 1 / (1 + exp(-(v * h + d)))
        loss -= t * log(p) + (1 - t) * log(1 - p)
        e = p - t
        back = e * v * (1 - h * h)
        gv, gd = gv + e * h, gd + e
        g1, g2, gc = g1 + back * a, g2 + back * b, gc + back
        u1 -= 0.1 * g1
        u2 -= 0.1 * g2
        c -= 0.1 * gc
        v -= 0.1 * gv
        d -= 0.1 * gd
"""


def test_what_is_right_of_the_first_sample_alone_is_not_right(tmp_path):
    # of each pass over the rows only the first step is a slope: the sums go on
    path = tmp_path / "sums.py"
    path.write_text(SUMS, encoding="utf-8")
    assert judge(recorded(path)).verdict in ("in part", "wrong")


LIST_OF_WEIGHTS = """
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(8, 3)), rng.random((8, 1))
W = [rng.normal(size=(3, 4)), rng.normal(size=(4, 4)), rng.normal(size=(4, 1))]
for epoch in range(100):
    h = np.tanh(X @ W[0])
    k = np.tanh(h @ W[1])
    o = k @ W[2]
    d = o - y
    dk = d @ W[2].T * (1 - k * k)
    g = [X.T @ (dk @ W[1].T * (1 - h * h)) + 0.1 * W[0], h.T @ dk + 0.1 * W[1], k.T @ d]
    for p, dp in zip(W, g):
        p -= 0.01 * dp
"""


def test_steps_that_nobody_keeps_are_told_where_they_are_worked_out(tmp_path):
    path = tmp_path / "kept.py"
    path.write_text(LIST_OF_WEIGHTS.replace("p -= 0.01 * dp", "p = p - 0.01 * dp"))
    report = check_file(path)
    assert report.wrong
    assert report.wrong.place
    assert report.wrong.place.where == "line 14"
    assert "kept nowhere" in report.reason


def test_a_program_that_stops_on_the_shapes_of_its_own_data_is_wrong_there(tmp_path):
    path = tmp_path / "shapes.py"
    path.write_text(LIST_OF_WEIGHTS.replace("k.T @ d]", "k @ d]"))
    report = check_file(path)
    assert report.wrong
    assert report.wrong.place
    assert report.wrong.place.where == "line 12"
    assert "it stops in line 12" in report.reason


def test_weights_that_alone_have_no_penalty_are_told(tmp_path):
    path = tmp_path / "penalty.py"
    path.write_text(LIST_OF_WEIGHTS.replace("size=(4, 1))", "size=(4, 2))"))
    judgement = judge(recorded(path))
    assert judgement.verdict == "in part"
    assert len(judgement.open) == 1
    assert "lose a share of themselves" in judgement.why


ALIKE = """
import numpy as np
rng = np.random.default_rng(0)
X, y = rng.normal(size=(8, 3)), rng.random((8, 1))
W1, W2 = np.full((3, 2), 0.1), np.full((2, 1), 0.1)
for epoch in range(100):
    h = np.tanh(X @ W1)
    d = h @ W2 - y
    g = X.T @ (d @ W2.T * (1 - h * h))
    W2 -= 0.1 * h.T @ d
    W1 -= 0.1 * g
"""


def test_weights_that_all_begin_alike_and_part_are_not_what_is_wrong(tmp_path):
    path = tmp_path / "alike.py"
    for change, named in (("g", True), ("g * np.array([1.0, 2.0])", False)):
        path.write_text(ALIKE.replace("W1 -= 0.1 * g", f"W1 -= 0.1 * {change}"))
        names = [mistake.name for mistake in check_file(path).mistakes]
        assert ("constant-initial-weights" in names) == named
