import numpy as np

np.random.seed(77)

def relu(z):
    return np.maximum(z, 0)

def half_mse(x, y, w1, b1, w2, b2):
    return 0.5 * np.mean((relu(x @ w1 + b1) @ w2 + b2 - y) ** 2)

def backprop(x, y, w1, b1, w2, b2):
    z = x @ w1 + b1
    a = relu(z)
    o = a @ w2 + b2
    do = (o - y) / len(x)
    d_w2 = a.T @ do
    d_b2 = do.sum(0)
    dz = do @ w2.T * (z > 0)
    d_w1 = x.T @ dz
    d_b1 = dz.sum(0)
    return d_w1, d_b1, d_w2, d_b2

def fit(X, Y, size=16, epochs=150, lr=0.05):
    w1 = np.random.randn(1, 24)
    b1 = np.random.randn(24)
    w2 = np.random.randn(24, 1) * 0.2
    b2 = np.zeros(1)
    for ep in range(epochs):
        for s in range(size, len(X), size):
            xb, yb = X[s:s + size], Y[s:s + size]
            g = backprop(xb, yb, w1, b1, w2, b2)
            w1 -= lr * g[0]
            b1 -= lr * g[1]
            w2 -= lr * g[2]
            b2 -= lr * g[3]
        if ep % 30 == 0:
            print("epoch", ep, half_mse(X, Y, w1, b1, w2, b2))
    return w1, b1, w2, b2

X = np.random.uniform(-2, 2, (160, 1))
Y = np.abs(X) - 0.5 * X
p = fit(X, Y)
print("loss", half_mse(X, Y, *p))
