"""The skeleton that `glassnet start` writes: a network from scratch, to be filled in."""

from typing import Literal

Style = Literal["functions", "class"]

_FUNCTIONS = '''\
"""A neural network from scratch. Fill in each function, then ask: glassnet check {name}

Everything is a matrix. A layer's weights W have a row for each of its neurons, (n_out, n_in); its
biases b are a column, (n_out, 1). Samples stand in columns: x is (n_in, B) and y is (n_out, B) for
B samples; one sample is a single column. Lists hold an array a layer, first to last.
Every function works for any sizes, any number of layers and any number of samples.
"""

import numpy as np


def sigmoid(z):
    """σ(z) = 1 / (1 + e⁻ᶻ), for each entry of z; the same shape."""
    raise NotImplementedError


def sigmoid_derivative(z):
    """σ′(z) = σ(z)·(1 − σ(z)), for each entry of z; the same shape."""
    raise NotImplementedError


def forward(x, weights, biases):
    """Through all layers: z = W·a + b, a = σ(z), where a starts as x.

    Returns two lists: zs = [z1, z2, ...] and activations = [x, a1, a2, ...].
    """
    raise NotImplementedError


def loss(a, y):
    """L = ½ Σ (a − y)², summed over the outputs, averaged over the B samples; one number."""
    raise NotImplementedError


def output_delta(z, a, y):
    """δ = (a − y) ⊙ σ′(z) of the last layer: (n_out, B)."""
    raise NotImplementedError


def hidden_delta(W_next, delta_next, z):
    """δ = Wᵀδ ⊙ σ′(z) of a hidden layer: (n, B).

    W_next and delta_next belong to the layer after it, z to the hidden layer itself.
    """
    raise NotImplementedError


def gradients(deltas, activations):
    """dW = δ·aᵀ / B and db = Σ δ / B for each layer, where a is what the layer was given.

    deltas = [δ1, δ2, ...], activations = [x, a1, a2, ...].
    Returns two lists: dWs, each of the shape of W, and dbs, each (n_out, 1).
    """
    raise NotImplementedError


def update(weights, biases, dWs, dbs, learning_rate):
    """W ← W − α·dW and b ← b − α·db for each layer. Returns two lists: weights, biases."""
    raise NotImplementedError


def train(x, y, weights, biases, learning_rate, steps):
    """That many updates, each with its own forward and backward pass. Returns weights, biases."""
    raise NotImplementedError


if __name__ == "__main__":  # the worked example
    x, y = np.array([[0.05], [0.10]]), np.array([[0.01], [0.99]])
    weights = [np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])]
    biases = [np.array([[0.35], [0.35]]), np.array([[0.60], [0.60]])]
    weights, biases = train(x, y, weights, biases, learning_rate=0.5, steps=10_000)
    zs, activations = forward(x, weights, biases)
    print("outputs", activations[-1].ravel(), "loss", loss(activations[-1], y))
'''

_CLASS = '''\
"""A neural network from scratch, as a class. Fill it in, then ask: glassnet check {name}

Two layers of sigmoids. weights1 is (n_hidden, n_in), a row for each hidden neuron, and weights2 is
(n_out, n_hidden); b1 and b2 are columns, (n_hidden, 1) and (n_out, 1). Samples stand in columns:
x is (n_in, B) and y is (n_out, B) for B samples; one sample is a single column.
"""

import numpy as np


def sigmoid(z):
    """σ(z) = 1 / (1 + e⁻ᶻ), for each entry of z."""
    raise NotImplementedError


def sigmoid_derivative(z):
    """σ′(z) = σ(z)·(1 − σ(z)), for each entry of z."""
    raise NotImplementedError


class NeuralNetwork:
    def __init__(self, x, y, weights1, weights2, b1, b2):
        self.x = x
        self.y = y
        self.weights1 = weights1
        self.weights2 = weights2
        self.b1 = b1
        self.b2 = b2

    def predict(self):
        """The output for x: a1 = σ(W1·x + b1), a2 = σ(W2·a1 + b2); (n_out, B)."""
        raise NotImplementedError

    def error(self):
        """½ Σ (a2 − y)², summed over the outputs, averaged over the B samples; one number."""
        raise NotImplementedError

    def train(self, a):
        """One update with the learning rate a, of both matrices and both biases.

        δ2 = (a2 − y) ⊙ σ′(z2)        δ1 = W2ᵀδ2 ⊙ σ′(z1)
        dW = δ·(the layer's input)ᵀ / B        db = Σ δ / B
        W ← W − a·dW        b ← b − a·db
        """
        raise NotImplementedError


if __name__ == "__main__":  # the worked example
    network = NeuralNetwork(
        x=np.array([[0.05], [0.10]]),
        y=np.array([[0.01], [0.99]]),
        weights1=np.array([[0.15, 0.20], [0.25, 0.30]]),
        weights2=np.array([[0.40, 0.45], [0.50, 0.55]]),
        b1=np.array([[0.35], [0.35]]),
        b2=np.array([[0.60], [0.60]]),
    )
    for _ in range(10_000):
        network.train(0.5)
    print("outputs", network.predict().ravel(), "error", network.error())
'''

# how many arguments each function of the skeleton takes
FUNCTIONS = {
    "sigmoid": 1,
    "sigmoid_derivative": 1,
    "forward": 3,
    "loss": 2,
    "output_delta": 3,
    "hidden_delta": 3,
    "gradients": 2,
    "update": 5,
    "train": 6,
}
CLASS = "NeuralNetwork"
METHODS = {"__init__": 7, "predict": 1, "error": 1, "train": 2}


def skeleton(name: str, style: Style = "functions") -> str:
    """The file to fill in, as text; name is what its first line calls it.

    >>> "def hidden_delta" in skeleton("mine.py")
    True
    """
    return {"functions": _FUNCTIONS, "class": _CLASS}[style].replace("{name}", name)
