import numpy as np
rng = np.random.default_rng(21)

def relu(Z):
    return np.maximum(0, Z)

def softmax(Z):
    expZ = np.exp(Z - np.max(Z, axis=0, keepdims=True))
    return expZ / expZ.sum(axis=0, keepdims=True)

def forward(X, p):
    Z1 = p["W1"].dot(X) + p["b1"]
    A1 = relu(Z1)
    Z2 = p["W2"].dot(A1) + p["b2"]
    return Z1, A1, softmax(Z2)

def relu_backward(dA):
    dZ = np.array(dA, copy=True)
    dZ[dA <= 0] = 0
    return dZ

def backward(X, Y, p, cache):
    Z1, A1, A2 = cache
    m = X.shape[1]
    dZ2 = A2 - Y
    dZ1 = relu_backward(p["W2"].T.dot(dZ2))
    return {"W2": dZ2.dot(A1.T) / m, "b2": dZ2.sum(axis=1, keepdims=True) / m,
            "W1": dZ1.dot(X.T) / m, "b1": dZ1.sum(axis=1, keepdims=True) / m}

X = rng.normal(size=(4, 24))
cls = np.argmax(X[:3], axis=0)
Y = np.eye(3)[cls].T
p = {"W1": rng.normal(size=(6, 4)) * .7, "b1": np.zeros((6, 1)),
     "W2": rng.normal(size=(3, 6)) * .6, "b2": np.zeros((3, 1))}
for i in range(400):
    cache = forward(X, p)
    g = backward(X, Y, p, cache)
    for k in p:
        p[k] -= 0.3 * g[k]
    if i % 100 == 0:
        print("iter", i, "accuracy", np.mean(cache[2].argmax(axis=0) == cls))
