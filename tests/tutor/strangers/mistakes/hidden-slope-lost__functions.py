import numpy as np

def init(n_x, n_h, n_y):
    rng = np.random.RandomState(1)
    return rng.randn(n_h, n_x), rng.randn(n_h, 1), rng.randn(n_y, n_h), rng.randn(n_y, 1)

def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))

def forward(X, W1, b1, W2, b2):
    A1 = np.tanh(np.dot(W1, X) + b1)
    A2 = sigmoid(np.dot(W2, A1) + b2)
    return A1, A2

def cost(A2, Y):
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

def backward(X, Y, A1, A2, W2):
    m = X.shape[1]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(W2.T, dZ2)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return dW1, db1, dW2, db2

X = np.random.RandomState(0).randn(3, 20)
Y = (X[0:1] + X[1:2] ** 2 > 1).astype(float)
W1, b1, W2, b2 = init(3, 4, 1)
for i in range(500):
    A1, A2 = forward(X, W1, b1, W2, b2)
    if i % 100 == 0:
        print("cost", i, cost(A2, Y))
    dW1, db1, dW2, db2 = backward(X, Y, A1, A2, W2)
    W1, b1, W2, b2 = W1 - 0.1 * dW1, b1 - 0.1 * db1, W2 - 0.1 * dW2, b2 - 0.1 * db2
