"""Sequence-free toy with clipping, because my gradients exploded last time."""
import numpy as np

rng = np.random.RandomState(4)
X = rng.randn(20, 4) * 3
T = np.stack([X[:, 0] - X[:, 1], X[:, 2] * 0.5], axis=1)

W1 = rng.randn(4, 7) * 0.5
b1 = rng.randn(7) * 0.1
W2 = rng.randn(7, 2) * 0.5
b2 = rng.randn(2) * 0.1
learning_rate = 0.05
max_norm = 1.0


def forward(x):
    z = x @ W1 + b1
    h = np.maximum(z, 0)
    return z, h, h @ W2 + b2


for it in range(800):
    z, h, out = forward(X)
    loss = 0.5 * np.mean(np.sum((out - T) ** 2, axis=1))
    dout = (out - T) / X.shape[0]
    dW2, db2 = h.T @ dout, dout.sum(axis=0)
    dh = dout @ W2.T
    dz = np.where(z > 0, dh, 0)
    dW1, db1 = X.T @ dz, dz.sum(axis=0)

    grads = [dW1, db1, dW2, db2]
    norm = np.sqrt(sum(np.sum(g ** 2) for g in grads))
    if norm > max_norm:
        grads = [g * (max_norm / norm) for g in grads]

    for p, g in zip([W1, b1, W2, b2], grads):
        p -= learning_rate * g

    if it % 100 == 0:
        print('it %d loss %.4f |g| %.3f' % (it, loss, norm))
