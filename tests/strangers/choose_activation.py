import numpy as np

ACTS = {
    "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda a: a * (1 - a)),
    "tanh": (lambda z: np.tanh(z), lambda a: 1 - a ** 2),
    "relu": (lambda z: np.maximum(z, 0), lambda a: (a > 0) * 1.0),
}


class Mlp:
    def __init__(self, sizes, activation="sigmoid", seed=0):
        rng = np.random.default_rng(seed)
        self.f, self.df = ACTS[activation]
        self.W = [rng.normal(0, 0.8, (m, n)) for m, n in zip(sizes[:-1], sizes[1:])]
        self.B = [rng.normal(0, 0.2, n) for n in sizes[1:]]

    def fit(self, X, T, rate, epochs):
        for _ in range(epochs):
            A = [X]
            for W, b in zip(self.W[:-1], self.B[:-1]):
                A.append(self.f(A[-1] @ W + b))
            out = A[-1] @ self.W[-1] + self.B[-1]
            d = (out - T) / len(X)
            for i in reversed(range(len(self.W))):
                gW, gb = A[i].T @ d, d.sum(axis=0)
                d = d @ self.W[i].T * self.df(A[i])
                self.W[i] = self.W[i] - rate * gW
                self.B[i] = self.B[i] - rate * gb


X = np.random.default_rng(1).normal(size=(9, 3))
T = np.stack([X.sum(axis=1), X[:, 0] * X[:, 1]], axis=1)
net = Mlp([3, 5, 4, 2], "tanh")
net.fit(X, T, 0.05, 400)
