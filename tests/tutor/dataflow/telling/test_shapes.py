"""A program that ends on shapes: what stood there, where it began, what the chain rule wants."""

import pytest

from glassnet.tutor.check import check_file
from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judge
from glassnet.tutor.dataflow.telling.shapes import shape_error

ROWS = """import numpy as np
np.random.seed(0)
X = np.random.rand(8, 3)
y = X[:, 0] > 0.5
t = TARGET
W1, W2 = np.random.randn(3, 5), np.random.randn(5, 1)
for epoch in range(200):
    h = np.tanh(X @ W1)
    out = h @ W2
    error = ERROR
    dh = BACK
    d1 = dh * (1 - h ** 2)
    W2 -= 0.1 * (h.T @ error)
    W1 -= 0.1 * (STEP)
    loss = LOSS
"""
RIGHT = {
    "TARGET": "y.reshape(-1, 1)",
    "BACK": "error @ W2.T",
    "STEP": "X.T @ d1",
    "LOSS": "0",
    "ERROR": "out - t",
}


@pytest.fixture
def mine(tmp_path):
    def write(**changes):
        text = ROWS
        for name, value in {**RIGHT, **changes}.items():
            text = text.replace(name, value)
        path = tmp_path / "mine.py"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def ended(path):
    found = shape_error(recorded(path))
    return found and found.told(lambda line: f"line {line}")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            {"BACK": "error @ W2"},
            "line 11: `error @ W2` can't be computed: error has shape (8, 1) (made in line 10) and "
            "W2 has shape (5, 1). In a product the inner numbers must be alike, and 1 is not 5. "
            "The derivative by h has its shape, (8, 5): `error @ W2.T`.",
        ),
        (
            {"BACK": "np.dot(W2, error)"},
            "line 11: `np.dot(W2, error)` can't be computed: W2 has shape (5, 1) and error has "
            "shape (8, 1) (made in line 10). In a product the inner numbers must be alike, and 1 "
            "is not 8. The derivative by h has its shape, (8, 5): `np.dot(error, W2.T)`.",
        ),
        (
            {"TARGET": "y"},
            "line 11: `error @ W2.T` can't be computed: error has shape (8, 8) (made in line 10) "
            "and W2.T has shape (1, 5). In a product the inner numbers must be alike, and 8 is not "
            "1. It began in line 10: `out - t` makes (8, 8) of out, (8, 1), and t, (8,): every "
            "number of the one meets every number of the other, without an error message. Give "
            "both one shape: t.reshape(-1, 1). The chain rule wants error in the shape of "
            "`h @ W2` (line 9), (8, 1).",
        ),
        (
            {"STEP": "d1.T @ X"},
            "line 14: `W1 -= 0.1 * (d1.T @ X)` can't be computed: W1 has shape (3, 5) and "
            "0.1 * (d1.T @ X) has shape (5, 3) (made in line 14). A step has the shape of what it "
            "changes, (3, 5). Transposed it has: look at the order of its product.",
        ),
        (
            {"BACK": "np.hstack([error, error]) + h"},
            "line 11: `np.hstack([error, error]) + h` can't be computed: "
            "np.hstack([error, error]) has shape (8, 2) (made in line 11) and h has shape (8, 5) "
            "(made in line 8).",
        ),
    ],
    ids=["one too few transposed", "dot", "row and column", "step", "sum"],
)
def test_each_operand_is_told_with_its_shape_and_what_is_wanted(mine, changes, said):
    assert ended(mine(**changes)) == said


def test_the_sentence_is_what_check_says(mine):
    report = check_file(mine(BACK="np.dot(W2, error)"))
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.where == "line 11"
    assert "it stops in line 11: `np.dot(W2, error)` can't" in report.reason


def test_a_program_that_stops_because_a_row_met_a_column_is_wrong_there(mine):
    report = check_file(mine(TARGET="y"))
    assert [m.name for m in report.mistakes] == ["row-against-column"]
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.where == "line 10"
    assert "it stops in line 11: `error @ W2.T` can't" in report.reason


@pytest.mark.parametrize("text", ["1 / 0", "int('x')", "np.zeros(3)[7]"])
def test_another_error_is_not_told_of_shapes(mine, text):
    assert ended(mine(BACK=text)) is None


def test_an_error_that_the_program_caught_did_not_end_it(mine):
    path = mine()
    text = "try:\n    np.ones(2) @ np.ones(3)\nexcept ValueError:\n    pass\n"
    path.write_text("import numpy as np\n" + text + path.read_text("utf-8"), encoding="utf-8")
    assert shape_error(recorded(path)) is None


def test_the_square_of_a_row_and_a_column_is_told_where_nothing_raises(mine):
    report = check_file(mine(TARGET="y", ERROR="(out - t).mean(axis=1, keepdims=True)"))
    assert report.verdict == "wrong"
    assert [m.name for m in report.mistakes] == ["row-against-column"]
    assert report.wrong is not None
    assert (report.wrong.expected, report.wrong.got) == ("shape (8, 1)", "shape (8, 8)")
    assert report.wrong.place is not None
    assert report.wrong.place.source == "error = (out - t).mean(axis=1, keepdims=True)"
    assert "t.reshape(-1, 1)" in report.reason


def test_where_it_is_in_what_is_printed_alone_it_is_no_right_program(mine):
    judged = judge(recorded(mine(LOSS="np.mean((out - y) ** 2)")))
    assert judged.verdict == "in part"
    assert "line 15, where `out - y` makes (8, 8)" in judged.why


def test_a_column_of_targets_makes_no_square(mine):
    assert judge(recorded(mine())).verdict == "right"


LAYERS = """
import numpy as np

rng = np.random.default_rng(1)
x, y = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))
weights = [rng.normal(size=(i, j)) for i, j in ((3, 5), (5, 4), (4, 2))]
for epoch in range(5):
    a = [x]
    for W in weights:
        a.append(np.tanh(a[-1] @ W))
    g = (a[-1] - y) * (1 - a[-1] ** 2)
    grads = []
    for W, own in ORDER:
        grads.append(own.T @ g)
        g = g @ W.T
        g = g * (1 - own**2)
    weights = [W - 0.1 * d for W, d in zip(weights, grads[::-1])]
"""


def test_a_way_back_that_begins_at_the_first_layer_is_told(tmp_path):
    path = tmp_path / "layers.py"
    order = "list(zip(weights, a))"
    path.write_text(LAYERS.replace("ORDER", order), encoding="utf-8")
    error = shape_error(recorded(path))
    assert error is not None
    assert "through 2 weighted sums, by which the way back has not come yet" in error.wanted
    path.write_text(LAYERS.replace("ORDER", f"{order}[::-1]"), encoding="utf-8")
    assert judge(recorded(path)).verdict == "right"


def test_a_way_back_that_has_come_by_all_is_not_told_so(tmp_path):
    path = tmp_path / "layers.py"
    text = LAYERS.replace("ORDER", "list(zip(weights, a))[::-1]")
    path.write_text(text.replace("g = g @ W.T", "g = g @ W"), encoding="utf-8")
    error = shape_error(recorded(path))
    assert error is not None
    assert "has not come yet" not in error.wanted


def test_a_bias_whose_gradient_lost_its_axis_is_told_where_that_is(tmp_path):
    path = tmp_path / "columns.py"
    path.write_text(
        LAYERS.replace("ORDER", "list(zip(weights, a))[::-1]")
        .replace("x, y = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))",
                 "x, y = rng.normal(size=(9, 3)), rng.normal(size=(9, 2))\nb = np.zeros((2, 1))")
        .replace("g = (a[-1] - y)", "a[-1] = a[-1] + b.T\n    g = (a[-1] - y)")
        .replace("    grads = []", "    b = b - 0.1 * np.sum(g.T, axis=1) / 9\n    grads = []"),
        encoding="utf-8",
    )  # fmt: skip
    report = check_file(path)
    assert report.verdict == "wrong"
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.source == "b = b - 0.1 * np.sum(g.T, axis=1) / 9"
    assert "keepdims=True" in report.reason
