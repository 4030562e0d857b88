import numpy as np


class NeuralNetwork:
    def __init__(self, n_inputs, n_hidden, n_outputs, learning_rate=0.1):
        rng = np.random.default_rng(0)
        self.w1 = rng.normal(size=(n_inputs, n_hidden))
        self.b1 = np.zeros((1, n_hidden))
        self.w2 = rng.normal(size=(n_hidden, n_outputs))
        self.b2 = np.zeros((1, n_outputs))
        self.learning_rate = learning_rate

    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))

    def forward(self, X):
        self.a1 = self.sigmoid(X @ self.w1 + self.b1)
        self.a2 = self.sigmoid(self.a1 @ self.w2 + self.b2)
        return self.a2

    def backward(self, X, y):
        d2 = (self.a2 - y) * self.a2 * (1 - self.a2)
        d1 = (d2 @ self.w2.T) * self.a1 * (1 - self.a1)
        m = len(X)
        self.w2 -= self.learning_rate * self.a1.T @ d2 / m
        self.b2 -= self.learning_rate * d2.sum(axis=0, keepdims=True) / m
        self.w1 -= self.learning_rate * X.T @ d1 / m
        self.b1 -= self.learning_rate * d1.sum(axis=0, keepdims=True) / m
