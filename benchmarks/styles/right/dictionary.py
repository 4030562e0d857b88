"""Which ring of the dart board was hit?  bull / middle / outside.
params live in a dict, samples are columns, optimiser is Adam."""
import numpy as np

rng = np.random.default_rng(21)


def darts(n):
    X = rng.uniform(-1, 1, size=(2, n))
    dist = np.sqrt((X ** 2).sum(axis=0))
    ring = (dist > 0.45).astype(int) + (dist > 0.85)
    return X, np.eye(3)[ring].T


def relu(z):
    return np.maximum(z, 0)


def softmax(z):
    ez = np.exp(z - z.max(axis=0, keepdims=True))
    return ez / ez.sum(axis=0, keepdims=True)


def forward(P, X):
    C = {"A0": X}
    C["Z1"] = P["W1"] @ C["A0"] + P["b1"]
    C["A1"] = relu(C["Z1"])
    C["Z2"] = P["W2"] @ C["A1"] + P["b2"]
    C["A2"] = np.tanh(C["Z2"])
    C["Z3"] = P["W3"] @ C["A2"] + P["b3"]
    C["A3"] = softmax(C["Z3"])
    return C


def backward(P, C, Y):
    m = Y.shape[1]
    G = {}
    dZ3 = C["A3"] - Y
    G["W3"] = dZ3 @ C["A2"].T / m
    G["b3"] = dZ3.sum(axis=1, keepdims=True) / m
    dA2 = P["W3"].T @ dZ3
    dZ2 = dA2 * (1 - C["A2"] ** 2)
    G["W2"] = dZ2 @ C["A1"].T / m
    G["b2"] = dZ2.sum(axis=1, keepdims=True) / m
    dA1 = P["W2"].T @ dZ2
    dZ1 = dA1 * (C["Z1"] > 0)
    G["W1"] = dZ1 @ C["A0"].T / m
    G["b1"] = dZ1.sum(axis=1, keepdims=True) / m
    return G


X, Y = darts(160)
units = 10
P = {"W1": rng.standard_normal((units, 2)), "b1": np.zeros((units, 1)),
     "W2": rng.standard_normal((units, units)) * 0.4, "b2": np.zeros((units, 1)),
     "W3": rng.standard_normal((3, units)) * 0.4, "b3": np.zeros((3, 1))}
M = {name: np.zeros_like(P[name]) for name in P}
V = {name: np.zeros_like(P[name]) for name in P}
alpha, beta1, beta2, eps = 0.01, 0.9, 0.999, 1e-8
batch = 32
t = 0

for epoch in range(80):
    order = rng.permutation(X.shape[1])
    Xs = X[:, order]
    Ys = Y[:, order]
    for i in range(0, X.shape[1], batch):
        xb, yb = Xs[:, i:i + batch], Ys[:, i:i + batch]
        G = backward(P, forward(P, xb), yb)
        t += 1
        for name in P:
            M[name] = beta1 * M[name] + (1 - beta1) * G[name]
            V[name] = beta2 * V[name] + (1 - beta2) * G[name] ** 2
            m_hat = M[name] / (1 - beta1 ** t)
            v_hat = V[name] / (1 - beta2 ** t)
            P[name] = P[name] - alpha * m_hat / (np.sqrt(v_hat) + eps)
    if epoch % 20 == 0:
        A = forward(P, X)["A3"]
        print("epoch", epoch, "cross-entropy", -np.mean(np.sum(Y * np.log(A), axis=0)))

A = forward(P, X)["A3"]
print("hits:", np.mean(A.argmax(axis=0) == Y.argmax(axis=0)))
