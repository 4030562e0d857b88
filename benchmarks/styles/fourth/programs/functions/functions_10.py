import numpy as np
np.random.seed(14)

def sig(z): return 1 / (1 + np.exp(-z))

def f(X, w1, b1, w2, b2, w3, b3):
    h1 = np.maximum(0, X @ w1 + b1)
    h2 = np.tanh(h1 @ w2 + b2)
    return h1, h2, sig(h2 @ w3 + b3)

def log_loss(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()

def back(X, y, w, b):
    h1, h2, p = f(X, w[0], b[0], w[1], b[1], w[2], b[2])
    d3 = (p - y) / len(y)
    d2 = (d3 @ w[2].T) * (1 - h2 ** 2)
    d1 = (d2 @ w[1].T) * (h1 > 0)
    gw = [X.T @ d1, h1.T @ d2, h2.T @ d3]
    gb = [d1.sum(0), d2.sum(0), d3.sum(0)]
    return gw, gb

# two moons, made by hand
t = np.random.rand(100) * np.pi
up = np.c_[np.cos(t[:50]), np.sin(t[:50])]
down = np.c_[1 - np.cos(t[50:]), 0.5 - np.sin(t[50:])]
X = np.vstack([up, down]) + 0.05 * np.random.randn(100, 2)
y = np.r_[np.zeros(50), np.ones(50)][:, None]
sizes = [2, 10, 6, 1]
w = [np.random.randn(i, o) / np.sqrt(i) for i, o in zip(sizes, sizes[1:])]
b = [np.zeros(o) for o in sizes[1:]]

for k in range(1500):
    gw, gb = back(X, y, w, b)
    for i in range(3):
        w[i] -= 0.3 * gw[i]
        b[i] -= 0.3 * gb[i]
    if k % 300 == 0:
        print(k, log_loss(f(X, w[0], b[0], w[1], b[1], w[2], b[2])[-1], y))
print("accuracy", ((f(X, w[0], b[0], w[1], b[1], w[2], b[2])[-1] > .5) == y).mean())
