"""Correct programs are right however they step; with one thing wrong they are not."""

from pathlib import Path

import pytest

from glassnet.tutor.check import check_file
from glassnet.tutor.dataflow.graph import recorded
from glassnet.tutor.dataflow.judge import judge
from glassnet.tutor.dataflow.parameters import find_parameters

pytestmark = pytest.mark.outside  # takes long: a program is run, and judged, in each

ROWS = """
import numpy as np
np.random.seed(3)
X = np.random.randn(24, 3)
Y = np.eye(2)[(X[:, 0] * X[:, 1] > 0).astype(int)]
W1, b1 = np.random.randn(3, 5) * 0.7, np.zeros((1, 5))
W2, b2 = np.random.randn(5, 2) * 0.7, np.zeros((1, 2))
lr = 0.1
{before}
for epoch in range(60):
    {rate}
    z1 = X @ W1 + b1
    a1 = np.tanh(z1)
    {hidden}
    z2 = a1 @ W2 + b2
    {output}
    {delta}
    dW2, db2 = a1.T @ d2, d2.sum(0, keepdims=True)
    {back}
    dW1, db1 = X.T @ d1, d1.sum(0, keepdims=True)
    {after}
    {update}
"""
PLAIN = {
    "before": "", "rate": "", "hidden": "",
    "output": "e = np.exp(z2 - z2.max(1, keepdims=True)); p = e / e.sum(1, keepdims=True)",
    "delta": "d2 = (p - Y) / len(X)", "back": "d1 = d2 @ W2.T * (1 - a1 ** 2)", "after": "",
    "update": "W1 -= lr * dW1; b1 -= lr * db1; W2 -= lr * dW2; b2 -= lr * db2",
}  # fmt: skip
SIGMOID = {"output": "p = 1 / (1 + np.exp(-z2))"}
STATE = "v = [np.zeros_like(p) for p in (W1, b1, W2, b2)]; s = [q.copy() for q in v]; t = 0"
LOOP = "for i, (w, g) in enumerate(zip((W1, b1, W2, b2), (dW1, db1, dW2, db2))):\n        "
MOMENT = "v[i] = 0.9 * v[i] + 0.1 * g; s[i] = 0.99 * s[i] + 0.01 * g * g; "
ADAM = (
    f"{LOOP}{MOMENT}m = v[i] / (1 - 0.9 ** (epoch + 1)); "
    "w -= lr * m / (np.sqrt(s[i] / (1 - 0.99 ** (epoch + 1))) + 1e-8)"
)
RIGHT = {
    "plain": {},
    "decaying rate": {"rate": "lr = 0.1 * 0.9 ** epoch"},
    "rate by time": {"rate": "lr = 0.5 / (1 + 0.3 * epoch)"},
    "warm-up": {"rate": "lr = 0.1 * min(1.0, (epoch + 1) / 30)"},
    "momentum": {"before": STATE, "update": LOOP + "v[i] = 0.9 * v[i] - lr * g; w += v[i]"},
    "momentum of averages": {
        "before": STATE, "update": LOOP + "v[i] = 0.9 * v[i] + 0.1 * g; w -= lr * v[i]"},
    "momentum and a rate that decays": {
        "before": STATE, "rate": "lr = 0.1 * 0.9 ** epoch",
        "update": LOOP + "v[i] = 0.9 * v[i] - lr * g; w += v[i]"},
    "Nesterov": {
        "before": STATE,
        "update": LOOP + "u = v[i]; v[i] = 0.9 * v[i] - lr * g; w += -0.9 * u + 1.9 * v[i]"},
    "Adam": {"before": STATE, "update": ADAM},
    "Adam without correction": {
        "before": STATE, "update": LOOP + MOMENT + "w -= lr * v[i] / (np.sqrt(s[i]) + 1e-8)"},
    "Adam with L2": {
        "before": STATE, "after": "dW1 = dW1 + 0.01 * W1; dW2 = dW2 + 0.01 * W2", "update": ADAM},
    "RMSprop": {
        "before": STATE,
        "update": LOOP + "s[i] = 0.9 * s[i] + 0.1 * g ** 2; w -= 0.01 * g / np.sqrt(s[i] + 1e-8)"},
    "AdaGrad": {
        "before": STATE, "update": LOOP + "s[i] += g ** 2; w -= lr * g / (np.sqrt(s[i]) + 1e-7)"},
    "weight decay": {"after": "dW1 += 0.01 * W1; dW2 += 0.01 * W2"},
    "decay and a last batch that is shorter": {
        "before": "XX, YY = X, Y",
        "rate": "i = epoch % 3 * 10; X, Y = XX[i:i + 10], YY[i:i + 10]",
        "delta": "d2 = (p - Y) / len(X)",
        "after": "dW1 += 0.01 * W1; dW2 += 0.01 * W2"},
    "decay and rate apart, a last batch that is shorter": {
        "before": "XX, YY = X, Y",
        "rate": "i = epoch % 2 * 18; X, Y = XX[i:i + 18], YY[i:i + 18]",
        "delta": "d2 = p - Y",
        "update": "W1 = 0.99 * W1 - lr / len(X) * dW1; W2 = 0.99 * W2 - lr / len(X) * dW2; b1 = b1 - lr / len(X) * db1; b2 = b2 - lr / len(X) * db2"},  # noqa: E501
    "decay of biases too": {
        "after": "dW1 += 0.01 * W1; dW2 += 0.01 * W2; db1 += 0.01 * b1; db2 += 0.01 * b2"},
    "decay, but not of a row for the bias": {
        "after": "dW1[1:] += 0.01 * W1[1:]; dW2[1:] += 0.01 * W2[1:]"},
    "clipped entries": {"after": "dW1, dW2, db1, db2 = (np.clip(g, -0.02, 0.02) for g in (dW1, dW2, db1, db2))"},  # noqa: E501
    "clipped lengths": {"after": "dW1, dW2, db1, db2 = (g * min(1.0, 0.05 / np.linalg.norm(g)) for g in (dW1, dW2, db1, db2))"},  # noqa: E501
    "dropout": {
        "hidden": "m = (np.random.rand(*a1.shape) < 0.8) / 0.8; h = a1; a1 = a1 * m",
        "back": "d1 = d2 @ W2.T * m * (1 - h ** 2)"},
    "clipped outputs": {**SIGMOID, "output": "p = 1 / (1 + np.exp(-z2)); q = np.clip(p, 1e-9, 1 - 1e-9); loss = -np.mean(Y * np.log(q) + (1 - Y) * np.log(1 - q))"},  # noqa: E501
    "squared error": {**SIGMOID, "delta": "d2 = 2 * (p - Y) * p * (1 - p) / Y.size"},
    "slope of the cross-entropy in full": {
        **SIGMOID, "delta": "d2 = ((1 - Y) / (1 - p) - Y / p) / len(X) * p * (1 - p)"},
    "one-hot by eye": {"before": "labels = Y.argmax(1)",
                       "delta": "d2 = p.copy(); d2[np.arange(24), labels] -= 1; d2 /= 24"},
    "summed": {"delta": "d2 = p - Y", "rate": "lr = 0.01"},
    "upwards with the error turned": {
        "delta": "d2 = Y - p", "update": "W1 += lr * dW1; b1 += lr * db1; W2 += lr * dW2; b2 += lr * db2"},  # noqa: E501
    "batch norm": {
        "hidden": "mu, sd = a1.mean(0), a1.std(0) + 1e-5; h = a1; a1 = (a1 - mu) / sd",
        "back": "g = d2 @ W2.T; n = len(X); c = a1 * (a1 * g).mean(0) * (sd - 1e-5) ** 0 ; s0 = h.std(0); g1 = (g - g.mean(0)) / sd - (h - mu) * (g * (h - mu)).mean(0) / (sd * sd * s0); d1 = g1 * (1 - h ** 2)"},  # noqa: E501
    "mini-batches": {
        "before": "XX, YY = X, Y", "rate": "i = epoch % 3 * 8; X, Y = XX[i:i + 8], YY[i:i + 8]"},
}  # fmt: skip
WRONG = {
    "momentum never forgets": {
        "before": STATE, "update": LOOP + "v[i] = v[i] - lr * g; w += v[i]"},
    "Adam with the gradient for its square": {
        "before": STATE, "update": ADAM.replace("0.01 * g * g", "0.01 * g")},
    "Adam multiplies by its correction": {
        "before": STATE, "update": ADAM.replace("v[i] / (1 -", "v[i] * (1 -")},
    "growth instead of decay": {"after": "dW1 -= 0.01 * W1; dW2 -= 0.01 * W2"},
    "clipped lengths, one turned": {
        "after": "dW2 = dW2 * min(1.0, 0.05 / np.linalg.norm(dW2)); dW1 = -dW1"},
    "the mask left out": {
        "hidden": "m = (np.random.rand(*a1.shape) < 0.8) / 0.8; h = a1; a1 = a1 * m",
        "back": "d1 = d2 @ W2.T * (1 - h ** 2)"},
    "a slope of z": {"back": "d1 = d2 @ W2.T * (1 - z1 ** 2)"},
    "a hidden slope that is 0": {"back": "d1 = d2 @ W2.T * (1 - a1 / a1)"},
    "a hidden delta just after the update": {
        "delta": "d2 = (p - Y) / len(X); V = W2 - 1e-4 * (a1.T @ d2)",
        "back": "d1 = d2 @ V.T * (1 - a1 ** 2)"},
}  # fmt: skip


def verdict(path: Path, text: str, seed: int = 1) -> str:
    path.write_text(text, encoding="utf-8")
    found = judge(recorded(path, seed=seed))
    return found.verdict if found.verdict == "right" else f"{found.verdict}: {found.why}"


@pytest.mark.parametrize("name", RIGHT)
def test_a_correct_way_to_step_is_right(tmp_path, name):
    assert verdict(tmp_path / "mine.py", ROWS.format(**{**PLAIN, **RIGHT[name]})) == "right"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_way_is_not_called_right(tmp_path, name):
    assert verdict(tmp_path / "mine.py", ROWS.format(**{**PLAIN, **WRONG[name]})) != "right"


SCALARS = """
import math, random
random.seed({seed})
w = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(2)]
v = [random.uniform(-1, 1) for _ in range(2)]
b, c = [random.random(), random.random()], random.random()
sigmoid = lambda z: 1 / (1 + math.exp(-z))

def train(x, t):
    global c
    h = []
    for j in range(2):
        s = {begin}
        for i in range(2):
            s += x[i] * w[j][i]
        h.append(sigmoid(s {bias}))
    s = 0
    for j in range(2):
        s += h[j] * v[j]
    o = sigmoid(s + c)
    d = (o - t) * o * (1 - o)
    e = [d * v[j] * h[j] * (1 - h[j]) for j in range(2)]
    for j in range(2):
        v[j] -= 0.5 * d * h[j]
        for i in range(2):
            w[j][i] -= 0.5 * e[j] * x[i]
        {update}
    c -= 0.5 * d

for x, t in [([0.2, 0.9], 1), ([0.7, 0.1], 0), ([0.4, 0.6], 1)] * 2:
    train(x, t)
{again}
"""


def scalars(path: Path, **parts: str) -> str:
    told = {"seed": "3", "begin": "0", "bias": "+ b[j]", "update": "b[j] -= 0.5 * e[j]",
            "again": "", **parts}  # fmt: skip
    return verdict(path / "mine.py", SCALARS.format(**told))


def test_sums_that_begin_at_the_whole_number_0_are_followed(tmp_path):
    assert scalars(tmp_path) == "right"


def test_a_second_training_is_judged_with_the_first(tmp_path):
    again = "w = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(2)]\n"
    again += "v = [random.uniform(-1, 1) for _ in range(2)]\n"
    again += "b, c = [random.random(), random.random()], random.random()\n"
    assert scalars(tmp_path, again=again + "for _ in range(3): train([0.3, 0.8], 1)") == "right"


@pytest.mark.parametrize("form", [{}, {"begin": "0 + b[j]", "bias": ""}], ids=["after", "before"])
def test_a_drawn_bias_that_no_step_changes_is_not_right(tmp_path, form):
    assert scalars(tmp_path, update="pass", **form).startswith("wrong")


def test_a_matrix_whose_step_is_seen_once_is_not_right(tmp_path):
    # so far from 0 the hidden units are flat, and of the second row alone a step can be told
    far = {
        **PLAIN,
        "before": "X, Y = X[:1], Y[:1]; W1 *= 1e-3; b1 = np.full((1, 5), 40.0)",
        "rate": "b1[...] = 0.3 if epoch == 1 else 40.0",
        "update": "W1 -= lr * dW1; W2 -= lr * dW2; b2 -= lr * db2",
    }
    assert "moved too little to tell" in verdict(tmp_path / "mine.py", ROWS.format(**far))


def test_sums_of_nothing_are_no_steps(tmp_path):
    plain = {**PLAIN, "after": "none = np.zeros(0); none = none + 0.1 * none; none = none + 1.0"}
    assert verdict(tmp_path / "mine.py", ROWS.format(**plain)) == "right"


RELU_LISTS = """
import math, random
def product(A, B):
    made = [[0] * len(B[0]) for _ in A]
    for i in range(len(A)):
        for j in range(len(B[0])):
            for k in range(len(B)):
                made[i][j] += A[i][k] * B[k][j]
    return made
def turned(A):
    return [list(row) for row in zip(*A)]
X, Y = [[0, 0.5], [1, 0], [0.5, 1]], [[0], [1], [1]]
W = [[random.uniform(0.2, 1) for _ in range(4)] for _ in range(2)]
b = [0.1, -0.8, 0.2, -0.7]
V = [[random.uniform(-1, 1)] for _ in range(4)]
for _ in range(50):
    Z = product(X, W)
    for i in range(3):
        for j in range(4):
            Z[i][j] += b[j]
    A = [[max(0, z) for z in row] for row in Z]
    P = [[1 / (1 + math.exp(-z)) for z in row] for row in product(A, V)]
    D = [[P[i][0] - Y[i][0]] for i in range(3)]
    E = product(D, turned(V))
    E = [[E[i][j] * (1 if Z[i][j] > 0 else 0) for j in range(4)] for i in range(3)]
    dV, dW = product(turned(A), D), product(turned(X), E)
    for j in range(4):
        V[j][0] -= 0.1 * dV[j][0]
        b[j] -= 0.1 * sum(E[i][j] for i in range(3))
        for k in range(2):
            W[k][j] -= 0.1 * dW[k][j]
"""


def test_a_zero_that_a_relu_gives_is_no_parameter_of_the_sums_that_begin_at_0(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(RELU_LISTS, encoding="utf-8")
    parameters = find_parameters(recorded(path, seed=1))
    assert len(parameters.steps) == 2 * 4 + 4 + 4


BY_BRANCHES = """
import math, random
random.seed(4)
hidden = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(4)]
outer = [[random.uniform(-1, 1) for _ in range(5)] for _ in range(2)]
rows = [([1.0, 0.2, -0.7], 0), ([1.0, -0.4, 0.9], 1), ([1.0, 0.8, 0.1], 1), ([1.0, -0.3, -0.5], 0)]

def fire(w, a):
    return 1.0 / (1.0 + math.exp(-sum(u * v for u, v in zip(w, a))))

def errors(out, label):
    found = []
    for k in range(len(out)):
        if k == label:
            found.append((0.9 - out[k]) * out[k] * (1.0 - out[k]))
        else:
            found.append((0.1 - out[k]) * out[k] * (1.0 - out[k]))
    return found

def move(weights, deltas, inputs, before):
    for k, delta in enumerate(deltas):
        for i, a in enumerate(inputs):
            before[k][i] = 0.2 * delta * a + MEMORY * before[k][i]
            weights[k][i] += before[k][i]

def train():
    of_hidden, of_outer = [[0.0] * 3 for _ in hidden], [[0.0] * 5 for _ in outer]
    for x, label in rows:
        h = [1.0] + [fire(w, x) for w in hidden]
        out = [fire(w, h) for w in outer]
        deltas = errors(out, label)
        back = [sum(d * w[j] for d, w in zip(deltas, outer)) for j in range(1, 5)]
        back = [h[j] * (1.0 - h[j]) * back[j - 1] for j in range(1, 5)]
        move(outer, deltas, h, of_outer)
        move(hidden, back, x, of_hidden)

for _ in range(3):
    train()
"""


@pytest.mark.parametrize("memory", ["0.0", "0.9"])
def test_outputs_with_a_target_in_each_branch_and_a_memory_that_begins_anew(tmp_path, memory):
    path = tmp_path / "branches.py"
    path.write_text(BY_BRANCHES.replace("MEMORY", memory))
    found = judge(recorded(path, seed=1))
    assert (found.verdict, found.loss) == ("right", "squared error")
    path.write_text(path.read_text().replace("h[j] * (1.0 - h[j])", "(1.0 - h[j])"))
    assert judge(recorded(path, seed=1)).verdict != "right"


ANEW = """
import numpy as np
rng = np.random.default_rng(0)
X, Y = rng.normal(size=(8, 3)), rng.normal(size=(8, 2))
W1, W2 = rng.normal(size=(3, 4)), rng.normal(size=(4, 2))

def train(rounds):
    global W1, W2
    m1, m2 = np.zeros_like(W1), np.zeros_like(W2)
    v1, v2 = np.zeros_like(W1), np.zeros_like(W2)
    for t in range(1, rounds + 1):
        h = np.tanh(X @ W1)
        d = (h @ W2 - Y) / len(X)
        g1, g2 = X.T @ (d @ W2.T * (1 - h * h)), h.T @ d
        STEP

for _ in range(3):
    train(2)
"""
STEPS_ANEW = {
    "momentum": "m1 = 0.9 * m1 - 0.1 * g1; m2 = 0.9 * m2 - 0.1 * g2; W1 = W1 + m1; W2 = W2 + m2",
    "Adam": "m1 = 0.9 * m1 + 0.1 * g1; v1 = 0.999 * v1 + 0.001 * g1 * g1; "
    "m2 = 0.9 * m2 + 0.1 * g2; v2 = 0.999 * v2 + 0.001 * g2 * g2; "
    "W1 = W1 - 0.01 * (m1 / (1 - 0.9**t)) / (np.sqrt(v1 / (1 - 0.999**t)) + 1e-8); "
    "W2 = W2 - 0.01 * (m2 / (1 - 0.9**t)) / (np.sqrt(v2 / (1 - 0.999**t)) + 1e-8)",
}


def test_steps_with_decay_that_each_begin_anew_are_followed(tmp_path):
    step = (
        "s = 0.1 * rng.uniform(1, 2); W1, W2 = W1 - s * (g1 + 0.1 * W1), W2 - s * (g2 + 0.1 * W2)"
    )
    text = ANEW.replace("STEP", step).replace("train(2)", "train(1)")
    assert verdict(tmp_path / "mine.py", text) == "right"


@pytest.mark.parametrize("name", STEPS_ANEW)
def test_what_an_optimizer_remembers_begins_anew_in_the_next_training(tmp_path, name):
    path = tmp_path / "anew.py"
    path.write_text(ANEW.replace("STEP", STEPS_ANEW[name]))
    assert judge(recorded(path, seed=1)).verdict == "right"


IN_PART = """
import math, random
random.seed({seed})
w = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(2)]
v = [random.uniform(-1, 1) for _ in range(3)]

def train(x, t):
    h = [1 / (1 + math.exp(-sum(x[i] * w[i][j] for i in range(2)))) for j in range(3)]
    o = sum(h[j] * v[j] for j in range(3))
    d = o - t
    e = [d * v[j] * h[j] * (1 - h[j]) for j in range(3)]
    for j in range(3):
        v[j] -= 0.3 * d * h[j]
    for i in range(2):
        for j in range({moved}):
            w[i][j] -= 0.3 * e[j] * x[i]

for x, t in [([0.2, {second}], 1), ([0.7, {second}], 0), ([0.4, {second}], 1)] * 2:
    train(x, t)
"""


def test_weights_of_which_the_update_reaches_some_alone_are_not_right(tmp_path):
    path = tmp_path / "mine.py"
    assert verdict(path, IN_PART.format(seed=1, moved=3, second=0.9)) == "right"
    path.write_text(IN_PART.format(seed=1, moved="1, 3", second=0.9))
    report = check_file(path)
    assert report.verdict == "wrong"
    assert report.wrong.place.where == "line 16"
    assert "some of the weights that `x[i] * w[i][j]` takes" in report.reason


def test_a_weight_of_an_input_that_is_always_0_may_stay(tmp_path):
    text = IN_PART.format(seed=1, moved=3, second=0.0).replace(
        "            w[i]", "            if x[i]: w[i]"
    )
    assert verdict(tmp_path / "mine.py", text) == "right"


def test_columns_that_are_picked_by_a_list_are_followed(tmp_path):
    text = ROWS.format(**PLAIN)
    text = text.replace(
        "    dW2, db2 = a1.T @ d2,",
        "    dW2 = np.zeros_like(W2)\n    for k in range(2):\n"
        "        dW2[:, [k]] = a1.T @ d2[:, [k]]\n    db2 =",
    )
    assert "dW2[:, [k]]" in text
    assert verdict(tmp_path / "mine.py", text) == "right"
