import numpy as np

def train(X, Y, hidden=6, lr=0.1, iters=400):
    np.random.seed(160)
    n, m = X.shape
    W1 = np.random.randn(hidden, n) * np.sqrt(2 / n)
    b1 = np.zeros((hidden, 1))
    W2 = np.random.randn(1, hidden) * np.sqrt(1 / hidden)
    b2 = np.zeros((1, 1))
    costs = []
    for i in range(iters):
        Z1 = np.dot(W1, X) + b1
        A1 = np.maximum(0, Z1)
        Z2 = np.dot(W2, A1) + b2
        A2 = 1 / (1 + np.exp(-Z2))
        costs.append(-np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)))
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True)
        dA1 = np.dot(W2.T, dZ2)
        dZ1 = np.array(dA1, copy=True)
        dZ1[Z1 <= 0] = 0
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True)
        W1, b1 = W1 - lr * dW1, b1 - lr * db1
        W2, b2 = W2 - lr * dW2, b2 - lr * db2
    return costs

rng = np.random.RandomState(0)
X = rng.randn(4, 22)
Y = (np.abs(X[0:1]) > np.abs(X[1:2])).astype(int)
costs = train(X, Y)
print("cost at the start", costs[0], "at the end", costs[-1])
