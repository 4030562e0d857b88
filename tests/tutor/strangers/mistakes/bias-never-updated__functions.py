import numpy as np

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def forward(X, W1, b1, W2, b2):
    A1 = sigmoid(np.dot(W1, X) + b1)
    return A1, sigmoid(np.dot(W2, A1) + b2)

def backward(X, Y, W2, A1, A2):
    m = X.shape[1]
    d2 = (A2 - Y) * A2 * (1 - A2)
    d1 = np.dot(W2.T, d2) * A1 * (1 - A1)
    return (np.dot(d1, X.T) / m, np.sum(d1, axis=1, keepdims=True) / m,
            np.dot(d2, A1.T) / m, np.sum(d2, axis=1, keepdims=True) / m)

def update(W1, b1, W2, b2, grads, lr):
    dW1, db1, dW2, db2 = grads
    W1 = W1 - lr * dW1
    W2 = W2 - lr * dW2
    b1 - lr * db1
    b2 - lr * db2
    return W1, b1, W2, b2

np.random.seed(250)
X = np.random.rand(3, 12)
Y = np.where(X[0:1] + X[1:2] > 1, 0.9, 0.1)
W1, b1 = np.random.randn(4, 3), np.random.randn(4, 1)
W2, b2 = np.random.randn(1, 4), np.random.randn(1, 1)
for i in range(1000):
    A1, A2 = forward(X, W1, b1, W2, b2)
    grads = backward(X, Y, W2, A1, A2)
    W1, b1, W2, b2 = update(W1, b1, W2, b2, grads, 0.5)
    if i % 250 == 0:
        print("mse", np.mean((A2 - Y) ** 2))
