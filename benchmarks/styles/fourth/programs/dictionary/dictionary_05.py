import numpy as np
rng = np.random.RandomState(99)

def feed(x, P):
    h = np.maximum(0, x @ P["W"] + P["b"])
    return {"h": h, "y": h @ P["V"] + P["d"]}

def cost(C, y):
    return np.mean((C["y"] - y) ** 2) / 2

def grad(x, y, P, C):
    dy = (C["y"] - y) / len(x)
    dh = dy @ P["V"].T * (C["h"] > 0)
    return {"V": C["h"].T @ dy, "d": dy.sum(0), "W": x.T @ dh, "b": dh.sum(0)}

x = rng.uniform(-1, 1, (200, 2))
y = np.sin(3 * x[:, :1]) * x[:, 1:]
P = {"W": rng.randn(2, 30), "b": rng.randn(30) * 0.1, "V": rng.randn(30, 1) * 0.2, "d": np.zeros(1)}
s = {k: np.zeros_like(v) for k, v in P.items()}
r = {k: np.zeros_like(v) for k, v in P.items()}
t = 1
lr, rho1, rho2 = 0.005, 0.9, 0.999

for epoch in range(80):
    idx = rng.permutation(200)
    for j in range(0, 200, 25):
        xb, yb = x[idx[j:j + 25]], y[idx[j:j + 25]]
        G = grad(xb, yb, P, feed(xb, P))
        for k in P:
            s[k] = rho1 * s[k] + (1 - rho1) * G[k]
            r[k] = rho2 * r[k] + (1 - rho2) * G[k] ** 2
            mhat = s[k] / (1 - rho1 ** t)
            rhat = r[k] / (1 - rho2 ** t)
            P[k] -= lr * mhat / (np.sqrt(rhat) + 1e-8)
    if epoch % 20 == 0:
        print(epoch, cost(feed(x, P), y))
print("final", cost(feed(x, P), y))
