# A network with one hidden layer, written out. Change it, or type your own in its place:
# any names will do, NumPy or plain Python. The weights are to be updated in a loop.
import numpy as np

rng = np.random.default_rng(0)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)  # four rows
y = np.array([[0], [1], [1], [0]], float)

W1 = rng.normal(0, 1, (2, 3))
b1 = np.zeros(3)
W2 = rng.normal(0, 1, (3, 1))
b2 = np.zeros(1)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


for _ in range(200):
    a1 = sigmoid(X @ W1 + b1)  # forward
    a2 = sigmoid(a1 @ W2 + b2)
    delta2 = (a2 - y) * a2 * (1 - a2)  # backward
    delta1 = delta2 @ W2.T * a1 * (1 - a1)
    W2 -= 0.5 * a1.T @ delta2  # update
    b2 -= 0.5 * delta2.sum(axis=0)
    W1 -= 0.5 * X.T @ delta1
    b1 -= 0.5 * delta1.sum(axis=0)
