"""Full adder with a neural network.

Three bits go in (a, b, carry-in), two bits come out (sum, carry-out).
Every COLUMN of x is one example.
"""
import numpy as np


def make_table():
    x = np.array([[0, 0, 0, 0, 1, 1, 1, 1],
                  [0, 0, 1, 1, 0, 0, 1, 1],
                  [0, 1, 0, 1, 0, 1, 0, 1]], dtype=float)
    total = x.sum(axis=0)
    y = np.vstack([total % 2, total >= 2]).astype(float)
    return x, y


def init_network(sizes, seed=4):
    rng = np.random.default_rng(seed)
    weights = [rng.normal(0, 1.5, (n_out, n_in)) for n_in, n_out in zip(sizes[:-1], sizes[1:])]
    biases = [rng.normal(0, 0.5, (n_out, 1)) for n_out in sizes[1:]]
    return weights, biases


def sigma(z):
    return 1 / (1 + np.exp(-z))


def sigma_prime(z):
    return sigma(z) * (1 - sigma(z))


def feedforward(x, weights, biases):
    a = x
    zs, acts = [], [x]
    for w, b in zip(weights, biases):
        z = w @ a + b
        a = sigma(z)
        zs.append(z)
        acts.append(a)
    return zs, acts


def cost(a, y):
    return 0.5 * np.sum((a - y) ** 2) / y.shape[1]


def backprop(y, zs, acts, weights):
    m = y.shape[1]
    grad_w = [None] * len(weights)
    grad_b = [None] * len(weights)
    delta = (acts[-1] - y) * sigma_prime(zs[-1])
    for k in range(len(weights) - 1, -1, -1):
        grad_w[k] = delta @ acts[k].T / m
        grad_b[k] = delta.sum(axis=1, keepdims=True) / m
        if k > 0:
            delta = (weights[k].T @ delta) * sigma_prime(zs[k - 1])
    return grad_w, grad_b


def train(x, y, weights, biases, eta, epochs):
    for epoch in range(epochs):
        zs, acts = feedforward(x, weights, biases)
        if epoch % 500 == 0:
            print(f"{epoch:5d}  cost = {cost(acts[-1], y):.5f}")
        grad_w, grad_b = backprop(y, zs, acts, weights)
        for k in range(len(weights)):
            weights[k] = weights[k] - eta * grad_w[k]
            biases[k] = biases[k] - eta * grad_b[k]
    return weights, biases


if __name__ == "__main__":
    x, y = make_table()
    weights, biases = init_network([3, 6, 4, 2])
    weights, biases = train(x, y, weights, biases, eta=3.0, epochs=2001)
    out = feedforward(x, weights, biases)[1][-1]
    for i in range(8):
        print(x[:, i].astype(int), "->", out[:, i].round(2), "should be", y[:, i].astype(int))
