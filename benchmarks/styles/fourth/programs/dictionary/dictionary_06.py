import numpy as np

rs = np.random.RandomState(13)

def sig(a):
    return 1.0 / (1.0 + np.exp(-a))

xs = np.array([[0, 0, 1, 1],
               [0, 1, 0, 1]], dtype=float)
ts = np.array([[0, 1, 1, 0]], dtype=float)

params = {
    "W1": np.zeros((5, 2)),
    "b1": np.zeros((5, 1)),
    "W2": np.zeros((1, 5)),
    "b2": np.zeros((1, 1)),
}
grads = {}

for i in range(4000):
    a1 = sig(params["W1"] @ xs + params["b1"])
    a2 = sig(params["W2"] @ a1 + params["b2"])

    dz2 = a2 - ts
    grads["W2"] = dz2 @ a1.T
    grads["b2"] = dz2.sum(axis=1, keepdims=True)
    dz1 = params["W2"].T @ dz2 * a1 * (1 - a1)
    grads["W1"] = dz1 @ xs.T
    grads["b1"] = dz1.sum(axis=1, keepdims=True)

    params["W1"] -= 0.5 * grads["W1"]
    params["b1"] -= 0.5 * grads["b1"]
    params["W2"] -= 0.5 * grads["W2"]
    params["b2"] -= 0.5 * grads["b2"]
    if i % 800 == 0:
        print(i, np.abs(a2 - ts).mean())
print(a2.round(3))
