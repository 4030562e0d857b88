# the hidden layer is stored back to front
import numpy as np

rng = np.random.default_rng(403)
X = rng.uniform(-1, 1, (3, 11))
T = np.vstack([X[0] * X[1], X[2]])
A, a = rng.normal(size=(5, 3)), rng.normal(size=(5, 1))
B, b = rng.normal(size=(2, 5)), rng.normal(size=(2, 1))

for k in range(100):
    S = A @ X + a
    H = np.tanh(S)
    O = B @ H[::-1] + b
    E = (O - T) / X.shape[1]
    D = B.T @ E * (1 - H ** 2)
    B -= 0.02 * E @ H.T
    b -= 0.02 * E.sum(axis=1, keepdims=True)
    A -= 0.02 * D @ X.T
    a -= 0.02 * D.sum(axis=1, keepdims=True)
    if k % 25 == 0:
        print(k, np.mean((O - T) ** 2))
