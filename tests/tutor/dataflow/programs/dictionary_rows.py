import numpy as np
np.random.seed(22)
def start(n, h, k):
    return {"W1": np.random.randn(n, h) * 0.5, "b1": np.zeros(h),
            "W2": np.random.randn(h, k) * 0.5, "b2": np.zeros(k)}
def forward(model, x):
    cache = {"x": x}
    cache["z1"] = x.dot(model["W1"]) + model["b1"]
    cache["h"] = np.tanh(cache["z1"])
    cache["out"] = cache["h"].dot(model["W2"]) + model["b2"]
    return cache
def gradients(model, cache, t):
    n = t.shape[0]
    d_out = 2.0 * (cache["out"] - t) / n
    grads = {"W2": cache["h"].T.dot(d_out), "b2": d_out.sum(axis=0)}
    d_h = d_out.dot(model["W2"].T)
    d_z = d_h * (1 - np.square(cache["h"]))
    grads["W1"] = cache["x"].T.dot(d_z)
    grads["b1"] = d_z.sum(axis=0)
    return grads
X = np.random.uniform(-1, 1, (12, 2))
T = np.stack([X[:, 0] * X[:, 1], X.sum(1)], axis=1)
model = start(2, 4, 2)
for epoch in range(30):
    for k in range(0, 12, 4):
        cache = forward(model, X[k:k + 4])
        grads = gradients(model, cache, T[k:k + 4])
        for name, g in grads.items():
            model[name] -= 0.2 * g
print(np.mean((forward(model, X)["out"] - T) ** 2))
