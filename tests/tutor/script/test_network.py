"""The network read from a run is the one that was written, whatever its layout."""

from pathlib import Path

import numpy as np
import pytest

from glassnet.core.errors import InputError
from glassnet.tutor.script.recovered import recovered

HERE = Path(__file__).parent
PROGRAMS = sorted((HERE.parent / "dataflow" / "programs").glob("*.py"))
W1 = [[0.15, -0.2, 0.4], [0.25, 0.3, -0.6], [-0.7, 0.5, 0.1], [0.2, -0.9, 0.35]]
B1 = [0.35, -0.1, 0.2, 0.05]
W2 = [[0.4, 0.45, -0.3, 0.8], [0.5, -0.55, 0.6, 0.7]]
B2 = [0.6, -0.25]
X = [[0.05, 0.1, 0.9], [0.7, 0.2, 0.4], [0.3, 0.8, 0.6], [0.9, 0.35, 0.15], [0.45, 0.5, 0.75]]
Y = [[0.01, 0.99], [0.8, 0.2], [0.4, 0.6], [0.9, 0.3], [0.2, 0.7]]
HEAD = f"""import numpy as np
W1 = np.array({W1})
b1 = np.array({B1})
W2 = np.array({W2})
b2 = np.array({B2})
X = np.array({X})
Y = np.array({Y})
s = lambda z: 1 / (1 + np.exp(-z))
"""
ROWS = """U, V = W1.T.copy(), W2.T.copy()
for _ in range(9):
    h = np.tanh(X @ U + b1)
    o = s(h @ V + b2)
    d = (o - Y) * o * (1 - o)
    e = d @ V.T * (1 - h * h)
    V = V - 0.5 * h.T @ d
    b2 = b2 - 0.5 * d.sum(0)
    U = U - 0.5 * X.T @ e
    b1 = b1 - 0.5 * e.sum(0)
"""
COLUMNS = """b1, b2 = b1.reshape(-1, 1), b2.reshape(-1, 1)
for _ in range(9):
    h = np.tanh(np.dot(W1, X.T) + b1)
    o = s(np.dot(W2, h) + b2)
    d = (o - Y.T) * o * (1 - o)
    e = np.dot(W2.T, d) * (1 - h * h)
    W2 -= 0.5 * np.dot(d, h.T)
    b2 -= 0.5 * d.sum(1, keepdims=True)
    W1 -= 0.5 * np.dot(e, X)
    b1 -= 0.5 * e.sum(1, keepdims=True)
"""
ONES_FIRST = """P = np.hstack([b1.reshape(-1, 1), W1])
Q = np.hstack([b2.reshape(-1, 1), W2])
for _ in range(9):
    a = np.hstack([np.ones((5, 1)), X])
    h = np.tanh(a.dot(P.T))
    g = np.hstack([np.ones((5, 1)), h])
    o = s(g.dot(Q.T))
    d = (o - Y) * o * (1 - o)
    e = d.dot(Q[:, 1:]) * (1 - h * h)
    Q = Q - 0.5 * d.T.dot(g)
    P = P - 0.5 * e.T.dot(a)
"""
LISTS = """import math
w1, w2, c1, c2 = W1.tolist(), W2.tolist(), b1.tolist(), b2.tolist()
xs, ys = X.tolist(), Y.tolist()
for _ in range(3):
    for x, y in zip(xs, ys):
        h = [math.tanh(sum(w * v for w, v in zip(row, x)) + c) for row, c in zip(w1, c1)]
        o = [1 / (1 + math.exp(-(sum(w * v for w, v in zip(row, h)) + c)))
             for row, c in zip(w2, c2)]
        d = [(p - t) * p * (1 - p) for p, t in zip(o, y)]
        e = [sum(d[k] * w2[k][j] for k in range(2)) * (1 - h[j] * h[j]) for j in range(4)]
        w2 = [[w - 0.5 * d[k] * h[j] for j, w in enumerate(row)] for k, row in enumerate(w2)]
        c2 = [c - 0.5 * d[k] for k, c in enumerate(c2)]
        w1 = [[w - 0.5 * e[j] * x[i] for i, w in enumerate(row)] for j, row in enumerate(w1)]
        c1 = [c - 0.5 * e[j] for j, c in enumerate(c1)]
"""


def by_hand(updates: int, samples: int = 0) -> list[np.ndarray]:
    """The same training in two lines of algebra a layer: W1, b1, W2, b2.

    samples: so many, one after another and again, as the loop over them may end early; 0: all.
    """
    U, V = np.array(W1), np.array(W2)
    b, c = np.array(B1)[:, None], np.array(B2)[:, None]
    for n in range(updates):
        x, y = np.array(X).T, np.array(Y).T
        if samples:
            x, y = x[:, [n % samples]], y[:, [n % samples]]
        h = np.tanh(U @ x + b)
        o = 1 / (1 + np.exp(-(V @ h + c)))
        d = (o - y) * o * (1 - o)
        e = V.T @ d * (1 - h * h)
        V, c = V - 0.5 * d @ h.T, c - 0.5 * d.sum(1, keepdims=True)
        U, b = U - 0.5 * e @ x.T, b - 0.5 * e.sum(1, keepdims=True)
    return [U, b[:, 0], V, c[:, 0]]


@pytest.mark.parametrize(
    "body", [ROWS, COLUMNS, ONES_FIRST, LISTS], ids=["rows", "columns", "ones-first", "lists"]
)
def test_the_network_is_the_one_that_was_written(tmp_path: Path, body: str):
    path = tmp_path / "mine.py"
    path.write_text(HEAD + body, encoding="utf-8")
    net = recovered(path)
    assert [layer.activation.name for layer in net.layers] == ["tanh", "sigmoid"]
    assert net.loss.name == "squared_error"
    own = [value for layer in net.layers for value in (layer.W, layer.b)]
    orders = range(2, 6) if body is LISTS else [0]
    ways = [by_hand(n, samples) for n in range(8) for samples in orders]
    assert any(all(np.allclose(a, b, rtol=1e-12, atol=0) for a, b in zip(own, way)) for way in ways)


@pytest.mark.parametrize("path", PROGRAMS[::4], ids=lambda path: path.stem)
def test_a_network_is_read_from_each_way_of_writing_one(path: Path):
    net = recovered(path)
    assert net.spec()["layers"]
    assert np.isfinite(net.theta).all()


def test_what_holds_no_network_is_refused(tmp_path: Path):
    path = tmp_path / "mine.py"
    path.write_text("import numpy as np\nprint(np.ones(3) @ np.ones(3))\n", encoding="utf-8")
    with pytest.raises(InputError, match="no network of layers"):
        recovered(path)
