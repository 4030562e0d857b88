import numpy as np
np.random.seed(23)

X = np.random.uniform(-1, 1, (30, 2))
T = X[:, 0] - 0.7 * X[:, 1] ** 2

params = {"w": np.random.randn(8, 2), "b": np.zeros(8), "v": np.random.randn(8) * 0.3, "c": np.zeros(1)}
grads = {k: np.zeros_like(v) for k, v in params.items()}
lr = 0.1

def forward(x):
    h = np.tanh(params["w"] @ x + params["b"])
    return h, params["v"] @ h + params["c"]

for epoch in range(600):
    sse = 0.0
    for n in range(len(X)):
        h, out = forward(X[n])
        err = out - T[n]
        sse += (0.5 * err ** 2).item()
        dh = params["v"] * err * (1 - h ** 2)
        grads["v"] += err * h
        grads["c"] += err
        grads["w"] += np.outer(dh, X[n])
        grads["b"] += dh
    for name in params:
        params[name] -= lr * grads[name] / len(X)
    if epoch % 100 == 0:
        print("epoch", epoch, "sse", sse)
print("sse", sse)
