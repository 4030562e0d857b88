import numpy as np
rng = np.random.RandomState(3)
def init(sizes):
    return {f"W{l}": rng.randn(sizes[l], sizes[l - 1]) * 0.5 for l in range(1, len(sizes))} | {
        f"b{l}": np.zeros((sizes[l], 1)) for l in range(1, len(sizes))}
def relu(z): return np.maximum(0, z)
def drelu(z): return (z > 0).astype(float)
def softmax(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)
def forward(p, X):
    Z1 = np.dot(p["W1"], X) + p["b1"]
    A1 = relu(Z1)
    Z2 = np.dot(p["W2"], A1) + p["b2"]
    return Z1, A1, softmax(Z2)
def backward(p, X, Y, Z1, A1, A2):
    m = X.shape[1]
    dZ2 = A2 - Y
    dA1 = np.dot(p["W2"].T, dZ2)
    dZ1 = dA1 * drelu(Z1)
    return {"W2": np.dot(dZ2, A1.T) / m, "b2": np.sum(dZ2, axis=1, keepdims=True) / m,
            "W1": np.dot(dZ1, X.T) / m, "b1": np.sum(dZ1, axis=1, keepdims=True) / m}
X = rng.randn(4, 9)
Y = np.eye(3)[rng.randint(0, 3, 9)].T
p = init([4, 6, 3])
for i in range(40):
    Z1, A1, A2 = forward(p, X)
    g = backward(p, X, Y, Z1, A1, A2)
    for k in p:
        p[k] = p[k] - 0.3 * g[k]
    if i % 10 == 0:
        print(i, -np.mean(np.sum(Y * np.log(A2), axis=0)))
