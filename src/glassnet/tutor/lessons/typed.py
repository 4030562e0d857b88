"""What the learner types: the functions of the growing file, lesson by lesson, and the program."""

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from glassnet.tutor.skeleton.answers import FUNCTION_ANSWERS
from glassnet.tutor.skeleton.skeleton import skeleton

UNWRITTEN = "    raise NotImplementedError\n"


@dataclass(frozen=True)
class TypedFunction:
    """A function: its first line with its docstring, and its body as it is typed."""

    name: str
    head: str
    body: str

    @property
    def text(self) -> str:
        return self.head + self.body

    @property
    def stub(self) -> str:
        return self.head + UNWRITTEN


def _own(head: str, body: str) -> TypedFunction:
    name = head[len("def ") : head.index("(")]
    return TypedFunction(name, head, body)


def _of_skeleton() -> dict[str, TypedFunction]:
    """The skeleton's functions, with its docstrings and its answers."""
    text = skeleton("mine.py")
    lines = text.splitlines(keepends=True)
    found: dict[str, TypedFunction] = {}
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef):
            head = "".join(lines[node.lineno - 1 : node.body[0].end_lineno])
            found[node.name] = TypedFunction(node.name, head, FUNCTION_ANSWERS[node.name])
    return found


SKELETON = _of_skeleton()

_FUNCTIONS = (
    _own(
        'def example():\n    """The worked example: inputs, targets, weights, biases."""\n',
        """\
    x = np.array([[0.05], [0.10]])
    y = np.array([[0.01], [0.99]])
    weights = [
        np.array([[0.15, 0.20], [0.25, 0.30]]),
        np.array([[0.40, 0.45], [0.50, 0.55]]),
    ]
    biases = [np.array([[0.35], [0.35]]), np.array([[0.60], [0.60]])]
    return x, y, weights, biases
""",
    ),
    _own(
        'def column(values):\n    """A list of numbers as a column: (how many, 1)."""\n',
        "    return np.array(values).reshape(-1, 1)\n",
    ),
    _own(
        'def neuron(w, x, b):\n    """z = w · x + b: one row of weights, a column of inputs."""\n',
        "    return w @ x + b\n",
    ),
    _own(
        'def neuron_by_loop(w, x, b):\n    """As neuron, added up in a loop, without @."""\n',
        """\
    z = b
    for weight, value in zip(w, x):
        z = z + weight * value
    return z
""",
    ),
    _own(
        'def layer(W, a, b):\n    """z = W · a + b: all neurons at once; (n_out, 1)."""\n',
        "    return W @ a + b\n",
    ),
    _own(
        "def count_parameters(sizes):\n"
        '    """How many weights and biases layers of these sizes have; one number."""\n',
        """\
    count = 0
    for before, after in zip(sizes, sizes[1:]):
        count += after * before + after
    return count
""",
    ),
    SKELETON["sigmoid"],
    _own(
        'def inverse_sigmoid(a):\n    """The z whose sigmoid is a, for each entry of a."""\n',
        "    return np.log(a / (1 - a))\n",
    ),
    TypedFunction(
        "forward",
        SKELETON["forward"].head,
        """\
    zs, activations = [], [x]
    for W, b in zip(weights, biases):
        zs.append(layer(W, activations[-1], b))
        activations.append(sigmoid(zs[-1]))
    return zs, activations
""",
    ),
    _own(
        'def predict(x, weights, biases):\n    """The outputs alone: a of the last layer."""\n',
        "    return forward(x, weights, biases)[1][-1]\n",
    ),
    _own(
        'def loss(a, y):\n    """L = ½ Σ (a − y)², summed over the outputs; one number."""\n',
        "    return 0.5 * np.sum((a - y) ** 2)\n",
    ),
    _own(
        'def loss_of_each(a, y):\n    """½ (a − y)² of each output, not summed; as a."""\n',
        "    return 0.5 * (a - y) ** 2\n",
    ),
    _own(
        "def slope(x, y, weights, biases, l, i, j, step=0.001):\n"
        '    """The slope of the loss by weights[l][i, j], measured by nudging it."""\n',
        """\
    losses = []
    for nudge in (step, -step):
        nudged = [W.copy() for W in weights]
        nudged[l][i, j] += nudge
        zs, activations = forward(x, nudged, biases)
        losses.append(loss(activations[-1], y))
    up, down = losses
    return (up - down) / (2 * step)
""",
    ),
    _own(
        "def bias_slope(x, y, weights, biases, l, i, step=0.001):\n"
        '    """The slope of the loss by biases[l][i, 0], measured by nudging it."""\n',
        """\
    losses = []
    for nudge in (step, -step):
        nudged = [b.copy() for b in biases]
        nudged[l][i, 0] += nudge
        zs, activations = forward(x, weights, nudged)
        losses.append(loss(activations[-1], y))
    up, down = losses
    return (up - down) / (2 * step)
""",
    ),
    _own(
        "def descend(x, y, weights, biases, learning_rate, steps):\n"
        '    """So many steps downhill, all weights at once, by measured slopes."""\n',
        """\
    for _ in range(steps):
        slopes = [np.zeros(W.shape) for W in weights]
        for l, W in enumerate(weights):
            for i, j in np.ndindex(W.shape):
                slopes[l][i, j] = slope(x, y, weights, biases, l, i, j)
        weights = [W - learning_rate * S for W, S in zip(weights, slopes)]
    return weights
""",
    ),
    _own(
        "def passes_needed(sizes, steps):\n"
        '    """How many forward passes descend makes for layers of these sizes."""\n',
        """\
    weights = sum(before * after for before, after in zip(sizes, sizes[1:]))
    return 2 * weights * steps
""",
    ),
    SKELETON["sigmoid_derivative"],
    _own(
        "def output_delta(z, a, y):\n"
        '    """δ = (a − y) ⊙ σ′(z) of the last layer; a column, as z."""\n',
        FUNCTION_ANSWERS["output_delta"],
    ),
    _own(
        "def tanh_output_delta(z, a, y):\n"
        '    """δ of the last layer where a = tanh(z), whose slope is 1 − a²."""\n',
        "    return (a - y) * (1 - a**2)\n",
    ),
    _own(
        "def hidden_delta(W_next, delta_next, z):\n"
        '    """δ = Wᵀδ ⊙ σ′(z) of a hidden layer; a column, as z.\n\n'
        "    W_next and delta_next belong to the layer after it, z to the hidden layer itself.\n"
        '    """\n',
        FUNCTION_ANSWERS["hidden_delta"],
    ),
    _own(
        "def hidden_delta_by_hand(w, delta, a):\n"
        '    """δ of three hidden neurons before one output: w is its row of weights, (3,),\n'
        '    delta its δ, one number, a the three activations, (3, 1); gives (3, 1)."""\n',
        """\
    d0 = w[0] * delta * a[0] * (1 - a[0])
    d1 = w[1] * delta * a[1] * (1 - a[1])
    d2 = w[2] * delta * a[2] * (1 - a[2])
    return np.array([d0, d1, d2])
""",
    ),
    _own(
        "def gradients(deltas, activations):\n"
        '    """dW = δ·aᵀ and db = δ for each layer, a being what the layer was given.\n\n'
        "    deltas = [δ1, δ2, ...], activations = [x, a1, a2, ...].\n"
        "    Returns two lists: dWs, dbs.\n"
        '    """\n',
        """\
    dWs = [delta @ a.T for delta, a in zip(deltas, activations)]
    dbs = deltas
    return dWs, dbs
""",
    ),
    _own(
        "def update(weights, biases, dWs, dbs, learning_rate):\n"
        '    """W ← W − α·dW and b ← b − α·db for each layer.\n\n'
        '    Returns two lists: weights, biases.\n    """\n',
        FUNCTION_ANSWERS["update"],
    ),
    _own(
        "def train(x, y, weights, biases, learning_rate, steps):\n"
        '    """That many updates, each with its own forward and backward pass.\n\n'
        '    Returns two lists: weights, biases.\n    """\n',
        FUNCTION_ANSWERS["train"],
    ),
    _own(
        "def train_weights(x, y, weights, biases, learning_rate, steps):\n"
        '    """As train, but the biases stay as they are. Returns the weights."""\n',
        """\
    for _ in range(steps):
        weights, _ = train(x, y, weights, biases, learning_rate, 1)
    return weights
""",
    ),
    _own(
        "def forward_rows(X, weights, biases):\n"
        '    """The outputs, (B, n_out), for samples in rows: X is (B, n_in), b (n_out,)."""\n',
        """\
    A = X
    for W, b in zip(weights, biases):
        A = sigmoid(A @ W.T + b)
    return A
""",
    ),
    _own(
        "def hidden_delta_rows(W_next, delta_next, Z):\n"
        '    """δ of a hidden layer for samples in rows: delta_next is (B, n_next); (B, n)."""\n',
        "    return (delta_next @ W_next) * sigmoid_derivative(Z)\n",
    ),
)
FUNCTIONS = {function.name: function for function in _FUNCTIONS}
# what the lesson on many samples makes of two functions that are there
FOR_MANY = {
    "loss": _own(
        "def loss(a, y):\n"
        '    """L = ½ Σ (a − y)² of each sample, and of these the mean; one number."""\n',
        FUNCTION_ANSWERS["loss"],
    ),
    "gradients": _own(
        "def gradients(deltas, activations):\n"
        '    """dW = δ·aᵀ / B and db = Σ δ / B for each layer, a being what it was given.\n\n'
        "    deltas = [δ1, δ2, ...], activations = [x, a1, a2, ...].\n"
        "    Returns two lists: dWs, each of the shape of W, and dbs, each (n_out, 1).\n"
        '    """\n',
        FUNCTION_ANSWERS["gradients"],
    ),
}

HEAD = '''\
"""A neural network from scratch, typed lesson by lesson: glassnet learn {name}"""

import numpy as np
'''

PROGRAM = '''\
"""A neural network from scratch: two inputs, two hidden neurons, two outputs."""
import numpy as np

X = np.array([[0.05, 0.10]])  # a row for each sample
Y = np.array([[0.01, 0.99]])
W1, b1 = np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([0.35, 0.35])
W2, b2 = np.array([[0.40, 0.45], [0.50, 0.55]]), np.array([0.60, 0.60])
learning_rate = 0.5


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def forward(X):
    A1 = sigmoid(X @ W1.T + b1)
    A2 = sigmoid(A1 @ W2.T + b2)
    return A1, A2


def loss(A2):
    return 0.5 * np.sum((A2 - Y) ** 2) / len(X)


at_first = loss(forward(X)[1])
for step in range(10_000):
    A1, A2 = forward(X)
    delta2 = (A2 - Y) * A2 * (1 - A2)
    delta1 = (delta2 @ W2) * A1 * (1 - A1)
    W2 -= learning_rate * delta2.T @ A1 / len(X)
    W1 -= learning_rate * delta1.T @ X / len(X)

A1, A2 = forward(X)
print("outputs", A2)
print("loss", loss(A2), f"fallen by {1 - loss(A2) / at_first:.3%}")
'''
# what the program's exercise adds at the end of the loop
LEARN_BIASES = """\
    b2 -= learning_rate * delta2.sum(axis=0) / len(X)
    b1 -= learning_rate * delta1.sum(axis=0) / len(X)
"""
_AFTER = "\nA1, A2 = forward(X)\n"  # the loop
PROGRAM_WITH_BIASES = PROGRAM.replace(_AFTER, LEARN_BIASES + _AFTER)
# other data and a network for them, in the place of the program's own
FOUR_SAMPLES = """\
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
Y = np.array([[0], [1], [1], [0]])
W1, b1 = np.array([[0.5, -0.4], [0.3, 0.8], [-0.6, 0.2]]), np.zeros(3)
W2, b2 = np.array([[0.7, -0.9, 0.4]]), np.zeros(1)
learning_rate = 2.0
"""
_DATA = PROGRAM[PROGRAM.index("X = ") : PROGRAM.index("\n\ndef sigmoid")]
PROGRAM_ON_FOUR = PROGRAM_WITH_BIASES.replace(_DATA, FOUR_SAMPLES)


def typed_file(
    name: str,
    functions: Sequence[str],
    many: bool = False,
    bodies: Mapping[str, str] | None = None,
) -> str:
    """The growing file with these functions in it, written out; other bodies by name.

    Args: many, whether the functions that the lesson on many samples changes are changed.
    """
    parts = [HEAD.replace("{name}", name)]
    for each in functions:
        function = FOR_MANY.get(each, FUNCTIONS[each]) if many else FUNCTIONS[each]
        parts.append(function.head + (bodies or {}).get(each, function.body))
    return "\n\n".join(parts)
