"""Train a small network with L2 on a csv of (x1, x2, label) if it is given,
or on generated points."""
import sys
import numpy as np

def lossfn(X, Y, param, lam=1e-3):
    h = np.maximum(0.0, X @ param["w1"] + param["b1"])
    p = 1 / (1 + np.exp(-(h @ param["w2"] + param["b2"])))
    data = -np.mean(Y * np.log(p) + (1 - Y) * np.log(1 - p))
    return data + lam / 2 * (np.sum(param["w1"] ** 2) + np.sum(param["w2"] ** 2))

def gradfn(X, Y, param, lam=1e-3):
    z = X @ param["w1"] + param["b1"]
    h = np.maximum(0.0, z)
    p = 1 / (1 + np.exp(-(h @ param["w2"] + param["b2"])))
    d = (p - Y) / X.shape[0]
    dz = np.where(z > 0, d @ param["w2"].T, 0.0)
    return {"w2": h.T @ d + lam * param["w2"], "b2": d.sum(0),
            "w1": X.T @ dz + lam * param["w1"], "b1": dz.sum(0)}

rng = np.random.default_rng(3)
if len(sys.argv) > 1 and sys.argv[1].endswith(".csv"):
    raw = np.loadtxt(sys.argv[1], delimiter=",")
    X, Y = raw[:, :2], raw[:, 2:]
else:
    X = rng.normal(size=(150, 2))
    Y = (np.abs(X[:, :1]) > np.abs(X[:, 1:])).astype(float)

param = {"w1": rng.normal(0, 1, (2, 12)), "b1": np.zeros(12),
         "w2": rng.normal(0, 0.5, (12, 1)), "b2": np.zeros(1)}
for it in range(1500):
    grad = gradfn(X, Y, param)
    for key in param:
        param[key] = param[key] - 0.3 * grad[key]
    if it % 300 == 0:
        print(it, lossfn(X, Y, param))
print("end", lossfn(X, Y, param))
