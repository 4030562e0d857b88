import numpy as np
rng = np.random.default_rng(31)

p = {
    "w1": rng.normal(0, 0.8, (2, 12)), "b1": np.zeros(12),
    "w2": rng.normal(0, 0.5, (12, 12)), "b2": np.zeros(12),
    "w3": rng.normal(0, 0.3, (12, 1)),
}

def run(x):
    c = {"x": x}
    c["z1"] = x @ p["w1"] + p["b1"]
    c["a1"] = np.maximum(0, c["z1"])
    c["z2"] = c["a1"] @ p["w2"] + p["b2"]
    c["a2"] = np.maximum(0, c["z2"])
    c["out"] = c["a2"] @ p["w3"]
    return c

def back(c, y):
    g = {}
    d3 = 2 * (c["out"] - y) / y.shape[0]
    g["w3"] = c["a2"].T @ d3
    d2 = (d3 @ p["w3"].T) * (c["z2"] > 0)
    g["w2"] = c["a1"].T @ d2
    g["b2"] = d2.sum(axis=0)
    d1 = (d2 @ p["w2"].T) * (c["z2"] > 0)
    g["w1"] = c["x"].T @ d1
    g["b1"] = d1.sum(axis=0)
    return g

x = rng.uniform(-1, 1, (128, 2))
y = x[:, :1] ** 2 - x[:, 1:] ** 2
for i in range(1500):
    c = run(x)
    g = back(c, y)
    for name in p:
        p[name] -= 0.05 * g[name]
    if i % 300 == 0:
        print(i, np.mean((c["out"] - y) ** 2))
print("mse", np.mean((run(x)["out"] - y) ** 2))
