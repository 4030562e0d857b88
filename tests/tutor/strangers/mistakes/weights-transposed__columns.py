import numpy as np

np.random.seed(6)
x = np.random.randn(3, 10)
y = np.tanh(x[::-1] * 0.5)

W1, b1 = np.random.randn(3, 3), np.random.randn(3, 1)     # W[i, j]: from j to i
W2, b2 = np.random.randn(3, 3), np.random.randn(3, 1)

for step in range(800):
    h1 = np.tanh(W1.T @ x + b1)
    h2 = np.tanh(W2.T @ h1 + b2)

    e2 = (h2 - y) * (1 - h2 ** 2) / x.shape[1]
    e1 = (W2.T @ e2) * (1 - h1 ** 2)

    W2 -= 0.1 * e2 @ h1.T
    b2 -= 0.1 * e2.sum(axis=1, keepdims=True)
    W1 -= 0.1 * e1 @ x.T
    b1 -= 0.1 * e1.sum(axis=1, keepdims=True)
    if step % 200 == 0:
        print(step, np.sum((h2 - y) ** 2) / 10)
