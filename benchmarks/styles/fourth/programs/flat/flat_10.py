import numpy as np
np.random.seed(0)
X = np.random.randn(100, 3)
y = (X[:, :1] * X[:, 1:2] + 0.3 * X[:, 2:]) + 0.05 * np.random.randn(100, 1)

W1 = np.random.randn(3, 20) * 0.5; b1 = np.zeros(20)
W2 = np.random.randn(20, 1) * 0.3; b2 = np.zeros(1)
lr = 0.1
lam = 0.001
n = X.shape[0]

for it in range(1000):
    u = X @ W1 + b1
    h = np.tanh(u)
    p = h @ W2 + b2
    fit = np.sum((p - y) ** 2) / (2 * n)
    L = fit + 0.5 * lam * (np.sum(W1 ** 2) + np.sum(W2 ** 2))

    d2 = (p - y) / n
    gW2 = h.T @ d2 - lam * W2
    gb2 = d2.sum(axis=0)
    d1 = (d2 @ W2.T) * (1 - h ** 2)
    gW1 = X.T @ d1 + lam * W1
    gb1 = d1.sum(axis=0)

    W1 -= lr * gW1
    b1 -= lr * gb1
    W2 -= lr * gW2
    b2 -= lr * gb2
    if it % 200 == 0:
        print(it, "loss", L)
print("fit", fit)
