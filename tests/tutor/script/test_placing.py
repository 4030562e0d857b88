"""Which line is told of a mistake: the one that the reader would change."""

from pathlib import Path

import pytest

from glassnet.tutor.check import check_file

pytestmark = pytest.mark.outside  # takes long: each program is run several times

PROGRAM = """
import numpy as np

rng = np.random.default_rng(11)
X = rng.normal(size=(24, 3))
Y = np.stack([X[:, 0] > X[:, 1], X[:, 2] > 0.3], axis=1).astype(float)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def ramp(z):
    return np.maximum(0, z)


def ramp_back(g, z):
    return g * (z > 0)


def forward(x, weights):
    W1, b1, W2, b2 = weights
    kept = {}
    kept["z"] = z = x @ W1 + b1
    h = ramp(z)
    kept["h"] = h
    out = sigmoid(h @ W2 + b2)
    return out, kept


def backward(x, y, out, kept, weights):
    n = len(x)
    d = out - y
    dW2 = kept["h"].T @ d / n
    db2 = d.sum(axis=0) / n
    back = d @ weights[2].T
    e = ramp_back(back, kept["z"])
    dW1 = x.T @ e / n
    db1 = e.sum(axis=0) / n
    return [dW1, db1, dW2, db2]


def update(weights, speeds):
    return [w + v for w, v in zip(weights, speeds)]


weights = [rng.normal(size=(3, 5)), np.zeros(5), rng.normal(size=(5, 2)), np.zeros(2)]
speeds = [0, 0, 0, 0]
for epoch in range(60):
    order = rng.permutation(24)
    X, Y = X[order], Y[order]
    out, kept = forward(X, weights)
    loss = -np.mean(np.sum(Y * np.log(out) + (1 - Y) * np.log(1 - out), axis=1))
    grads = backward(X, Y, out, kept, weights)
    speeds[0] = 0.9 * speeds[0] - 0.2 * grads[0]
    speeds[1] = 0.9 * speeds[1] - 0.2 * grads[1]
    speeds[2] = 0.9 * speeds[2] - 0.2 * grads[2]
    speeds[3] = 0.9 * speeds[3] - 0.2 * grads[3]
    weights = update(weights, speeds)
print(loss)
"""
# what is written, what instead, and the line to change where it is another
CHANGES = {
    "a value that is thrown away": ("    weights = update(weights", "    update(weights",
        "update(weights, speeds)",
    ),
    "targets that stay": ("X, Y = X[order], Y[order]", "X = X[order]", ""),
    "a bias summed": ("db2 = d.sum(axis=0) / n", "db2 = d.sum(axis=0)", ""),
    "a bias without its rate": ("- 0.2 * grads[3]", "- grads[3]", ""),
    "one that keeps no share": ("speeds[0] = 0.9 * speeds[0] - 0.2", "speeds[0] = -0.2",
        "return [w + v for w, v in zip(weights, speeds)]",
    ),
    "a slope once more": ("back = d @", "back = (d * out * (1 - out)) @", ""),
    "a mask by the gradient": ("return g * (z > 0)", "return ramp(g)", ""),
    "z kept by the name of h": ('kept["h"] = h', 'kept["h"] = z', ""),
    "what was not carried on": (
        "e = ramp_back(back, ", "e = ramp_back((d / out / (1 - out)) @ weights[2].T, ", "",
    ),
}  # fmt: skip


def test_the_program_itself_is_right(tmp_path: Path):
    (tmp_path / "own.py").write_text(PROGRAM)
    assert check_file(tmp_path / "own.py").verdict == "right"


@pytest.mark.parametrize("name", CHANGES)
def test_the_line_is_the_one_that_was_changed(tmp_path: Path, name: str):
    old, new, told = CHANGES[name]
    assert PROGRAM.count(old) == 1
    (tmp_path / "own.py").write_text(PROGRAM.replace(old, new))
    report = check_file(tmp_path / "own.py")
    assert report.wrong is not None
    assert report.wrong.place is not None
    wanted = told or next(
        line for line in PROGRAM.replace(old, new).splitlines() if new.strip() in line
    )
    assert report.wrong.place.source == wanted.strip()


# XOR a sample at a time, [0, 0] first, in plain lists: a single number may be a multiple of another
XOR = """
import math

w1 = [[0.1, 0.2], [0.3, 0.4]]
b1 = [0.0, 0.0]
w2 = [0.5, 0.6]
b2 = 0.0
rate = 0.5
rows = [([0, 0], 0), ([0, 1], 1), ([1, 0], 1), ([1, 1], 0)]


def sig(z):
    return 1 / (1 + math.exp(-z))


for epoch in range(20):
    for x, y in rows:
        h = [sig(w1[i][0] * x[0] + w1[i][1] * x[1] + b1[i]) for i in range(2)]
        out = sig(w2[0] * h[0] + w2[1] * h[1] + b2)
        d_out = (out - y) * out * (1 - out)
        d_h = [d_out * w2[i] * h[i] * (1 - h[i]) for i in range(2)]
        for i in range(2):
            w2[i] -= rate * d_out * h[i]
            b1[i] -= rate * d_h[i]
            for j in range(2):
                w1[i][j] -= rate * d_h[i] * x[j]
        b2 -= rate * d_out
    print(epoch, out)
"""


def test_a_weight_that_is_the_sum_of_squares_of_all_is_no_penalty(tmp_path: Path):
    (tmp_path / "xor.py").write_text(XOR)
    assert check_file(tmp_path / "xor.py").verdict == "right"


def test_the_second_update_tells_which_layer_s_slope_is_wrong(tmp_path: Path):
    (tmp_path / "xor.py").write_text(XOR.replace(" * h[i] * (1 - h[i])", " * h[i]"))
    report = check_file(tmp_path / "xor.py")
    assert [m.name for m in report.mistakes] == ["hidden-slope-of-activation"]
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.source.startswith("d_h = ")


def test_steps_of_unknown_length_are_not_called_right(tmp_path: Path):
    (tmp_path / "xor.py").write_text(XOR.replace("(out - y) * out * (1 - out)", "(out - y) * out"))
    report = check_file(tmp_path / "xor.py")
    assert report.verdict == "in part"
    assert "go along their slopes" in report.partly


# the gradients of a round's samples added up, by single numbers and by an array
SUMS = """
import math
import numpy as np

rows = [(0.2, 0.7, 1.0), (1.5, -0.4, 0.0), (-0.3, 0.9, 1.0), (0.8, 0.1, 0.0), (0.5, 1.2, 1.0)]
w1, w2, b = 0.3, -0.2, 0.1
v = np.array([0.4, -0.6])
c = 0.0
for epoch in range(12):
    g1 = g2 = gb = gc = 0.0
    gv = np.zeros(2)
    for p, q, t in rows:
        h = math.tanh(w1 * p + w2 * q + b)
        k = np.array([h, q])
        a = 1 / (1 + math.exp(-(v @ k + c)))
        d = a - t
        gv += d * k
        gc += d
        e = d * v[0] * (1 - h * h)
        g1 += e * p
        g2 += e * q
        gb += e
    w1 -= 0.3 * g1 / 5
    w2 -= 0.3 * g2 / 5
    b -= 0.3 * gb / 5
    v -= 0.3 * gv / 5
    c -= 0.3 * gc / 5
print(a)
"""


@pytest.mark.parametrize("change", ["g2 += e * q", "gv += d * k"])
def test_one_sample_in_the_place_of_all(tmp_path: Path, change: str):
    wrong = change.replace("+=", "=")
    (tmp_path / "own.py").write_text(SUMS.replace(change, wrong))
    report = check_file(tmp_path / "own.py")
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.source == wrong
    assert "one of 5 samples" in report.reason
    (tmp_path / "own.py").write_text(SUMS)
    assert check_file(tmp_path / "own.py").verdict == "right"


# all layers by loops, the mean in the delta
LOOPS = """
import numpy as np

rng = np.random.default_rng(3)
X = rng.normal(size=(3, 20))
Y = np.stack([X[0] > X[1], X[2] > 0.3]).astype(float)
n = X.shape[1]
sizes = [3, 5, 4, 2]
layers = len(sizes)
W = [rng.normal(size=(j, i)) for i, j in zip(sizes, sizes[1:])]
B = [np.zeros((j, 1)) for j in sizes[1:]]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


for epoch in range(30):
    A = [X]
    for w, b in zip(W, B):
        A.append(sigmoid(w @ A[-1] + b))
    gW = [np.zeros(w.shape) for w in W]
    gB = [np.zeros(b.shape) for b in B]
    delta = (A[-1] - Y) / n
    gW[-1] = delta @ A[-2].T
    gB[-1] = delta.sum(axis=1, keepdims=True)
    for l in range(2, layers):
        delta = (W[-l + 1].T @ delta) * A[-l] * (1 - A[-l])
        gW[-l] = delta @ A[-l - 1].T
        gB[-l] = delta.sum(axis=1, keepdims=True)
    W = [w - 0.5 * g for w, g in zip(W, gW)]
    B = [b - 0.5 * g for b, g in zip(B, gB)]
print(A[-1])
"""


def test_the_loop_is_told_that_ends_before_the_first_layer(tmp_path: Path):
    (tmp_path / "own.py").write_text(LOOPS)
    assert check_file(tmp_path / "own.py").verdict == "right"
    (tmp_path / "own.py").write_text(LOOPS.replace("range(2, layers)", "range(2, layers - 1)"))
    report = check_file(tmp_path / "own.py")
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert report.wrong.place.source == "for l in range(2, layers - 1):"
    assert "a gradient of zeros" in report.reason


KEPT = """
import numpy as np

rng = np.random.default_rng(5)
X = rng.normal(size=(16, 3))
Y = (X[:, :1] > X[:, 1:2]).astype(float)
own = dict(W1=rng.normal(size=(3, 4)), b1=np.zeros((1, 4)),
           W2=rng.normal(size=(4, 1)), b2=np.zeros((1, 1)))
for epoch in range(40):
    h = np.tanh(X @ own["W1"] + own["b1"])
    out = 1 / (1 + np.exp(-(h @ own["W2"] + own["b2"])))
    d = (out - Y) / 16
    e = d @ own["W2"].T * (1 - h**2)
    slopes = dict(W1=X.T @ e, b1=e.sum(axis=0), W2=h.T @ d, b2=d.sum(axis=0))
    for name in ("W1", "b1", "W2", "b2"):
        own[name] = own[name] - 0.5 * slopes[name]
print(out)
"""


def test_a_bias_without_a_name_that_is_never_updated_is_told(tmp_path: Path):
    (tmp_path / "own.py").write_text(KEPT)
    assert check_file(tmp_path / "own.py").verdict == "right"
    (tmp_path / "own.py").write_text(KEPT.replace('"b1", "W2"', '"W2"'))
    report = check_file(tmp_path / "own.py")
    assert [m.name for m in report.mistakes] == ["bias-never-updated"]


@pytest.mark.parametrize("ones", [False, True])
def test_samples_put_in_another_order_go_with_their_targets(tmp_path: Path, ones: bool):
    """Targets made of whole numbers that hold the same ones; a bias in a column of ones."""
    text = KEPT.replace("X = rng.normal(size=(16, 3))",
        "q = rng.integers(0, 2, (16, 3))\nX = q + 0.1 * rng.normal(size=(16, 3))")  # fmt: skip
    text = text.replace(
        "(X[:, :1] > X[:, 1:2]).astype(float)", "(q[:, 0] ^ q[:, 1]).reshape(-1, 1)"
    )
    if ones:
        text = text.replace("Y = (q", "X = np.hstack([X, np.ones((16, 1))])\nY = (q")
        text = text.replace("size=(3, 4)", "size=(4, 4)")
    text = text.replace("    h = ", "    order = rng.permutation(16)\n    MOVED\n    h = ")
    (tmp_path / "own.py").write_text(text.replace("MOVED", "X, Y = X[order], Y[order]"))
    assert check_file(tmp_path / "own.py").verdict == "right"
    (tmp_path / "own.py").write_text(text.replace("MOVED", "X = X[order]"))
    assert [m.name for m in check_file(tmp_path / "own.py").mistakes] == ["targets-parted"]


def test_a_second_division_is_told_though_the_first_is_in_the_delta(tmp_path: Path):
    change = "gW[-l] = delta @ A[-l - 1].T", "gW[-l] = delta @ A[-l - 1].T / n"
    (tmp_path / "own.py").write_text(LOOPS.replace(*change))
    report = check_file(tmp_path / "own.py")
    assert report.wrong is not None
    assert report.wrong.place is not None
    assert change[1] in report.wrong.place.source
