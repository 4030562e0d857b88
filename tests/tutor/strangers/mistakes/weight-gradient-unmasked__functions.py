import numpy as np

np.random.seed(130)
sigmoid = lambda z: 1 / (1 + np.exp(-z))

def model(X, y, nodes, alpha, steps):
    m, d = X.shape
    W1, b1 = np.random.randn(d, nodes), np.random.randn(nodes)
    W2, b2 = np.random.randn(nodes, 1), np.random.randn(1)
    for s in range(steps):
        A1 = np.tanh(X @ W1 + b1)
        A2 = sigmoid(A1 @ W2 + b2)

        dZ2 = (A2 - y) / m
        dW2 = A1.T @ dZ2
        db2 = np.sum(dZ2, axis=0)
        dA1 = dZ2 @ W2.T
        dZ1 = dA1 * (1 - A1 ** 2)
        dW1 = X.T @ dA1
        db1 = np.sum(dZ1, axis=0)

        W1 = W1 - alpha * dW1
        b1 = b1 - alpha * db1
        W2 = W2 - alpha * dW2
        b2 = b2 - alpha * db2
        if s % 200 == 0:
            print("loss", -np.mean(y * np.log(A2) + (1 - y) * np.log(1 - A2)))

X = np.random.randn(16, 3)
model(X, (X.prod(axis=1, keepdims=True) > 0).astype(int), 5, 0.2, 800)
