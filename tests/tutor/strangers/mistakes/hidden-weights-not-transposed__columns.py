import numpy as np

np.random.seed(70)

def tanh_prime(z):
    return 1 - np.tanh(z) ** 2

sizes = (2, 3, 3)          # in, hidden, out
W = [np.random.randn(3, 2), np.random.randn(3, 3)]
b = [np.random.randn(3, 1), np.random.randn(3, 1)]
X = np.random.rand(2, 9)
Y = np.array([X[0] * X[1], X[0] - X[1], X[1] ** 2])

for k in range(1500):
    z1 = np.dot(W[0], X) + b[0]
    a1 = np.tanh(z1)
    z2 = np.dot(W[1], a1) + b[1]
    a2 = np.tanh(z2)
    d2 = (a2 - Y) * tanh_prime(z2)
    d1 = np.dot(W[1], d2) * tanh_prime(z1)
    W[1] -= .02 * np.dot(d2, a1.T)
    b[1] -= .02 * np.sum(d2, axis=1, keepdims=True)
    W[0] -= .02 * np.dot(d1, X.T)
    b[0] -= .02 * np.sum(d1, axis=1, keepdims=True)
    if k % 300 == 0:
        print("cost", np.sum((a2 - Y) ** 2) / 2)
