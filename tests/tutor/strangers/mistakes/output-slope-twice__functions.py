import numpy as np

def sig(z): return 1 / (1 + np.exp(-z))
def dsig(a): return a * (1 - a)

def loss_and_error(a, y):
    # error signal of the output, slope included
    return np.mean((a - y) ** 2) / 2, (a - y) * dsig(a)

np.random.seed(390)
X = np.random.rand(8, 2)
Y = np.c_[X[:, 0] ** 2, 1 - X[:, 1], X.mean(axis=1)]
W1, W2 = np.random.randn(2, 4), np.random.randn(4, 3)
b1, b2 = np.random.randn(4), np.random.randn(3)
for i in range(1500):
    a1 = sig(X @ W1 + b1)
    a2 = sig(a1 @ W2 + b2)
    loss, err = loss_and_error(a2, Y)
    delta2 = err * dsig(a2)
    delta1 = delta2 @ W2.T * dsig(a1)
    W2 -= 0.4 * a1.T @ delta2
    b2 -= 0.4 * delta2.sum(0)
    W1 -= 0.4 * X.T @ delta1
    b1 -= 0.4 * delta1.sum(0)
    if i % 300 == 0:
        print(i, loss)
