import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

np.random.seed(401)
X = np.random.rand(9, 3)
y = (X[:, :1] * X[:, 1:2] > 0.2) * 1.0
w1, b1 = np.random.randn(3, 4), np.random.randn(4)
w2, b2 = np.random.randn(4, 1), np.random.randn(1)
lr = 0.3

for i in range(1000):
    z1 = np.dot(X, w1) * b1
    a1 = sigmoid(z1)
    z2 = np.dot(a1, w2) + b2
    a2 = sigmoid(z2)

    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = np.dot(d2, w2.T) * a1 * (1 - a1)
    w2 -= lr * np.dot(a1.T, d2)
    b2 -= lr * d2.sum(axis=0)
    w1 -= lr * np.dot(X.T, d1)
    b1 -= lr * d1.sum(axis=0)
    if i % 250 == 0:
        print(i, "loss", 0.5 * np.sum((a2 - y) ** 2))
