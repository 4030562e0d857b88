import numpy as np

rng = np.random.default_rng(0)
X = rng.normal(size=(9, 3))
y = 2 * X[:, 0] - X[:, 1] * X[:, 2]     # shape (9,)

W1 = rng.normal(size=(3, 6)) * 0.5
b1 = np.zeros(6)
W2 = rng.normal(size=(6, 1)) * 0.5
b2 = np.zeros(1)
lr = 0.01

for epoch in range(500):
    h = np.tanh(X @ W1 + b1)
    pred = h @ W2 + b2
    error = pred - y
    loss = np.mean(error ** 2)

    grad = error.mean(axis=1, keepdims=True)
    dW2 = h.T @ grad
    db2 = grad.sum(axis=0)
    dh = grad @ W2.T * (1 - h ** 2)
    dW1 = X.T @ dh
    db1 = dh.sum(axis=0)

    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2
    if epoch % 100 == 0:
        print(f"{epoch}: loss {loss:.3f}")
