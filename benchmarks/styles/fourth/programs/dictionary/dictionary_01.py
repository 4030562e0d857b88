import numpy as np

def initialize(n_x, n_h, n_y):
    np.random.seed(2)
    return {"W1": np.random.randn(n_h, n_x) * 0.5, "b1": np.zeros((n_h, 1)),
            "W2": np.random.randn(n_y, n_h) * 0.5, "b2": np.zeros((n_y, 1))}

def forward(X, params):
    cache = {}
    cache["Z1"] = np.dot(params["W1"], X) + params["b1"]
    cache["A1"] = np.tanh(cache["Z1"])
    cache["Z2"] = np.dot(params["W2"], cache["A1"]) + params["b2"]
    cache["A2"] = 1 / (1 + np.exp(-cache["Z2"]))
    return cache

def compute_cost(A2, Y):
    m = Y.shape[1]
    return -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m

def backward(X, Y, params, cache):
    m = X.shape[1]
    grads = {}
    dZ2 = cache["A2"] - Y
    grads["dW2"] = np.dot(dZ2, cache["A1"].T) / m
    grads["db2"] = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(params["W2"].T, dZ2) * (1 - np.power(cache["A1"], 2))
    grads["dW1"] = np.dot(dZ1, X.T)
    grads["db1"] = np.sum(dZ1, axis=1, keepdims=True) / m
    return grads

def update(params, grads, lr):
    for key in params:
        params[key] = params[key] - lr * grads["d" + key]
    return params

np.random.seed(1)
X = np.random.randn(2, 200)
Y = (np.sum(X ** 2, axis=0, keepdims=True) < 1.2).astype(float)
params = initialize(2, 6, 1)
for i in range(2000):
    cache = forward(X, params)
    grads = backward(X, Y, params, cache)
    params = update(params, grads, 0.8)
    if i % 400 == 0:
        print("cost after", i, compute_cost(cache["A2"], Y))
print("accuracy", np.mean((forward(X, params)["A2"] > 0.5) == Y))
