import numpy as np
np.random.seed(230)
sig = lambda s: 1 / (1 + np.exp(-s))
X = [[0.2, 0.9], [0.8, 0.4], [0.5, 0.5], [0.1, 0.3], [0.9, 0.9]]
y = [[1, 0], [0, 1], [1, 1], [0, 0], [0, 1]]
w1 = np.random.randn(2, 3)
w2 = np.random.randn(3, 2)
b1, b2 = np.random.randn(1, 3), np.random.randn(1, 2)
lr = 0.2
for epoch in range(1000):
    sse = 0
    for xi, yi in zip(X, y):
        xi = np.array([xi]); yi = np.array([yi])
        a1 = sig(xi @ w1 + b1)
        a2 = sig(a1 @ w2 + b2)
        e = a2 - yi
        sse += (e ** 2).sum()
        d2 = e * a2 * (1 - a2)
        d1 = d2 @ w2.T * a1 * (1 - a1)
        w2 = w2 - lr * a1.T @ d2
        w1 = w1 - lr * xi.T @ d1
        b2 = b2 + lr * d2
        b1 = b1 + lr * d1
    if epoch % 200 == 0:
        print(epoch, sse)
