import numpy as np
rng = np.random.default_rng(42)
X = rng.uniform(-1, 1, (24, 2))
y = (np.sin(3 * X[:, 0]) + X[:, 1]).reshape(-1, 1)
params = [rng.normal(0, .7, (2, 5)), np.zeros(5), rng.normal(0, .7, (5, 1)), np.zeros(1)]
velocity = [np.zeros_like(p) for p in params]
for it in range(3000):
    W1, b1, W2, b2 = params
    h = np.tanh(X @ W1 + b1)
    out = h @ W2 + b2
    err = out - y
    mse = (err ** 2).mean()
    g_out = 2 * err / len(X)
    gW2, gb2 = h.T @ g_out, g_out.sum(0)
    g_h = g_out @ W2.T * (1 - h ** 2)
    gW1, gb1 = X.T @ g_h, g_h.sum(0)
    for i, g in enumerate((gW1, gb1, gW2, gb2)):
        velocity[i] = 0.9 * velocity[i] - 0.05 * g
        params[i] = params[i] + velocity[i]
