import numpy as np


def init_params(layer_dims):
    params = {}
    for l in range(1, len(layer_dims)):
        params["W" + str(l)] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * 0.5
        params["b" + str(l)] = np.zeros((layer_dims[l], 1))
    return params


def forward(X, params):
    cache = {"A0": X}
    depth = len(params) // 2
    for l in range(1, depth + 1):
        Z = params["W" + str(l)] @ cache["A" + str(l - 1)] + params["b" + str(l)]
        cache["A" + str(l)] = 1 / (1 + np.exp(-Z)) if l == depth else np.tanh(Z)
    return cache["A" + str(depth)], cache


def compute_cost(AL, Y):
    return -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))


def backward(AL, Y, cache, params):
    grads = {}
    m = Y.shape[1]
    dZ = AL - Y
    for l in reversed(range(1, len(params) // 2 + 1)):
        grads["W" + str(l)] = dZ @ cache["A" + str(l - 1)].T / m
        grads["b" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        dZ = params["W" + str(l)].T @ dZ * (1 - cache["A" + str(l - 1)] ** 2)
    return grads


def update(params, grads, learning_rate):
    for key in params:
        params[key] = params[key] - learning_rate * grads[key]
    return params
