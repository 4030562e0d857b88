import numpy as np

def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))

def cost(A, Y):
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))

def model(X, Y, n_h, alpha, iterations):
    np.random.seed(410)
    m = X.shape[1]
    W1, b1 = np.random.randn(n_h, X.shape[0]) * 0.5, np.zeros((n_h, 1))
    W2, b2 = np.random.randn(1, n_h) * 0.5, np.zeros((1, 1))
    for i in range(iterations):
        A1 = np.tanh(W1 @ X + b1)
        A2 = sigmoid(W2 @ A1 + b2)
        dA2 = -(Y / A2 + (1 - Y) / (1 - A2))
        dZ2 = dA2 * A2 * (1 - A2)
        dW2 = dZ2 @ A1.T / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = W2.T @ dZ2 * (1 - A1 ** 2)
        dW1 = dZ1 @ X.T / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        W1 -= alpha * dW1
        b1 -= alpha * db1
        W2 -= alpha * dW2
        b2 -= alpha * db2
        if i % 20 == 0:
            print("Cost after iteration", i, cost(A2, Y))

X = np.random.RandomState(1).randn(2, 16)
Y = (X[0:1] > X[1:2]).astype(float)
model(X, Y, 4, 0.05, 80)
