import numpy as np

def train(X, y, hidden=5, learning_rate=0.05, epochs=500):
    np.random.seed(340)
    W1 = np.random.randn(X.shape[1], hidden) * 0.5
    b1 = np.zeros(hidden)
    W2 = np.random.randn(hidden, 1) * 0.5
    b2 = np.zeros(1)
    for epoch in range(epochs):
        h = np.tanh(X @ W1 + b1)
        out = h @ W2 + b2
        d_out = (out - y) / len(X)
        d_h = d_out @ W2.T * (1 - h * h)
        W2 -= 0.1 * h.T @ d_out
        b2 -= 0.1 * d_out.sum(axis=0)
        W1 -= 0.1 * X.T @ d_h
        b1 -= 0.1 * d_h.sum(axis=0)
    return 0.5 * np.mean((out - y) ** 2)

X = np.linspace(-1, 1, 16).reshape(8, 2)
y = X[:, :1] ** 2
for lr in (0.3, 0.1, 0.01):
    print("lr", lr, "loss", train(X, y, learning_rate=lr))
