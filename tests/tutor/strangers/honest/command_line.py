#!/usr/bin/env python3
"""Train a small classifier on a made-up 'iris'.

usage: command_line.py [--hidden 6] [--lr 0.05] [--epochs 400] [--seed 0]
"""
import argparse
import numpy as np


def make_data(rng, n=8):
    centres = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
    X = np.vstack([c + rng.normal(0, 0.3, (n, 4)) for c in centres])
    y = np.repeat([0, 1, 2], n)
    order = rng.permutation(len(y))
    return X[order] - X.mean(0), y[order]


def sigmoid(x):
    return np.exp(-np.logaddexp(0, -x))


class MLP:
    def __init__(self, sizes, rng):
        self.W = [rng.normal(0, 1 / np.sqrt(a), (a, b)) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.zeros(b) for b in sizes[1:]]

    def forward(self, X):
        self.a = [X]
        for i, (W, b) in enumerate(zip(self.W, self.b)):
            z = self.a[-1] @ W + b
            if i < len(self.W) - 1:
                self.a.append(sigmoid(z))
            else:
                e = np.exp(z - z.max(axis=1, keepdims=True))
                self.a.append(e / e.sum(axis=1, keepdims=True))
        return self.a[-1]

    def backward(self, Y):
        delta = (self.a[-1] - Y) / len(Y)
        grads = []
        for i in range(len(self.W) - 1, -1, -1):
            grads.insert(0, (self.a[i].T @ delta, delta.sum(axis=0)))
            if i:
                delta = delta @ self.W[i].T * self.a[i] * (1 - self.a[i])
        return grads


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--hidden', type=int, default=6)
    parser.add_argument('--lr', type=float, default=0.5)
    parser.add_argument('--epochs', type=int, default=400)
    parser.add_argument('--seed', type=int, default=0)
    args = parser.parse_args()

    rng = np.random.default_rng(args.seed)
    X, y = make_data(rng)
    net = MLP([4, args.hidden, 3], rng)
    for epoch in range(args.epochs):
        p = net.forward(X)
        for i, (dW, db) in enumerate(net.backward(np.eye(3)[y])):
            net.W[i] -= args.lr * dW
            net.b[i] -= args.lr * db
        if epoch % 100 == 0:
            print(epoch, -np.log(p[np.arange(len(y)), y]).mean(), (p.argmax(1) == y).mean())


if __name__ == "__main__":
    main()
