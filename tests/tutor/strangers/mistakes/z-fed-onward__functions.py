import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def relu(z):
    return np.maximum(0, z)

def feed_forward(X, W, b):
    Z, A = [], [X]
    z = X
    for l in range(len(W)):
        z = W[l].dot(z) + b[l]
        Z.append(z)
        A.append(relu(z) if l < len(W) - 1 else sigmoid(z))
    return Z, A

def back_prop(Z, A, W, Y):
    m = Y.shape[1]
    dW, db = [None] * len(W), [None] * len(W)
    dZ = A[-1] - Y
    for l in range(len(W) - 1, -1, -1):
        dW[l] = dZ.dot(A[l].T) / m
        db[l] = dZ.sum(axis=1, keepdims=True) / m
        if l > 0:
            dZ = W[l].T.dot(dZ) * (Z[l - 1] > 0)
    return dW, db

np.random.seed(1)
sizes = [4, 5, 3, 1]
W = [np.random.randn(o, i) * np.sqrt(2 / i) for i, o in zip(sizes, sizes[1:])]
b = [np.full((o, 1), 0.01) for o in sizes[1:]]
X = np.random.randn(4, 20)
Y = (X[0:1] > X[3:4]) * 1.0
for it in range(300):
    Z, A = feed_forward(X, W, b)
    dW, db = back_prop(Z, A, W, Y)
    for l in range(3):
        W[l] = W[l] - 0.1 * dW[l]
        b[l] = b[l] - 0.1 * db[l]
    if it % 100 == 0:
        print(it, "acc", np.mean((A[-1] > 0.5) == Y))
