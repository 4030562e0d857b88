import numpy as np
class MLP:
    """only a class"""
    def __init__(self, n_inputs, n_hidden, n_outputs, lr=0.1):
        rng = np.random.default_rng(0)
        self.wh = rng.normal(size=(n_inputs, n_hidden)); self.bh = np.zeros(n_hidden)
        self.wo = rng.normal(size=(n_hidden, n_outputs)); self.bo = np.zeros(n_outputs)
        self.lr = lr
    def forward(self, X):
        self.h = np.tanh(X @ self.wh + self.bh)
        return self.h @ self.wo + self.bo
    def fit(self, X, y, epochs=100):
        for _ in range(epochs):
            out = self.forward(X)
            e = (out - y) / len(X)
            gwo = self.h.T @ e; gbo = e.sum(axis=0)
            eh = (e @ self.wo.T) * (1 - self.h ** 2)
            self.wo -= self.lr * gwo; self.bo -= self.lr * gbo
            self.wh -= self.lr * X.T @ eh; self.bh -= self.lr * eh.sum(0)
