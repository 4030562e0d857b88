import numpy as np
np.random.seed(14)
def sigmoid(z): return 1 / (1 + np.exp(-z))
def sigmoid_prime(z): return sigmoid(z) * (1 - sigmoid(z))
X, Y = np.random.rand(20, 4), np.random.rand(20, 1)
W1, W2 = np.random.randn(4, 5), np.random.randn(5, 1)
b1, b2 = np.zeros((1, 5)), np.zeros((1, 1))
lr, batch = 0.4, 5
for epoch in range(5):
    order = np.random.permutation(20)
    X, Y = X[order], Y[order]
    for i in range(0, 20, batch):
        xb, yb = X[i:i + batch], Y[i:i + batch]
        z1 = xb.dot(W1) + b1
        a1 = sigmoid(z1)
        z2 = a1.dot(W2) + b2
        a2 = sigmoid(z2)
        dz2 = np.multiply(a2 - yb, sigmoid_prime(z2))
        dz1 = np.multiply(dz2.dot(W2.T), sigmoid_prime(z1))
        W2 -= lr / batch * a1.T.dot(dz2)
        b2 -= lr * np.mean(dz2, axis=0, keepdims=True)
        W1 -= lr / batch * xb.T.dot(dz1)
        b1 -= lr * np.mean(dz1, axis=0, keepdims=True)
    print(epoch, np.mean((a2 - yb) ** 2))
