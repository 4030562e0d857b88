"""Fit sin(x) with a tiny net, heavy-ball momentum."""
import numpy as np
import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt

rng = np.random.default_rng(7)
x = np.linspace(-3, 3, 24).reshape(-1, 1)
t = np.sin(x)

params = [rng.normal(0, 1, (1, 8)), rng.normal(0, 1, 8), rng.normal(0, 0.4, (8, 1)), np.zeros(1)]
speed = [np.zeros_like(p) for p in params]
mu, alpha = 0.9, 0.02
history = []

for it in range(4000):
    W1, b1, W2, b2 = params
    h = np.tanh(x @ W1 + b1)
    yhat = h @ W2 + b2            # linear output
    err = yhat - t
    history.append((err ** 2).mean() / 2)

    g_out = err / len(x)
    g_hid = (g_out @ W2.T) * (1 - h * h)
    grads = [x.T @ g_hid, g_hid.sum(0), h.T @ g_out, g_out.sum(0)]

    for k in range(4):
        speed[k] = mu * speed[k] - alpha * grads[k]
        params[k] = params[k] + speed[k]

print("half mse: first %.4f, last %.6f" % (history[0], history[-1]))
plt.plot(history)
plt.xlabel("iteration")
plt.show()
