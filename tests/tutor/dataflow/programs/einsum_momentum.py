import numpy as np
rng = np.random.default_rng(12)
X, Y = rng.normal(size=(9, 4)), rng.normal(size=(9, 3))
params = {"W1": rng.normal(size=(6, 4)) * 0.4, "b1": np.zeros(6),
          "W2": rng.normal(size=(3, 6)) * 0.4, "b2": np.zeros(3)}
velocity = {k: np.zeros_like(v) for k, v in params.items()}
for step in range(30):
    z = np.einsum("bi,oi->bo", X, params["W1"]) + params["b1"]
    h = np.tanh(z)
    p = np.einsum("bi,oi->bo", h, params["W2"]) + params["b2"]
    d = 2 * (p - Y) / Y.size
    grads = {"W2": np.einsum("bo,bi->oi", d, h), "b2": d.sum(0)}
    dh = np.einsum("bo,oi->bi", d, params["W2"]) * (1 - h ** 2)
    grads["W1"] = np.einsum("bo,bi->oi", dh, X)
    grads["b1"] = dh.sum(0)
    for k in params:
        velocity[k] = 0.9 * velocity[k] + grads[k]
        params[k] -= 0.1 * velocity[k]
print(np.mean((p - Y) ** 2))
