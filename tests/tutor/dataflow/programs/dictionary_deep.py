import numpy as np
np.random.seed(15)
layers = [3, 6, 5, 2]
params, L = {}, 3
for l in range(1, 4):
    params["W" + str(l)] = np.random.randn(layers[l], layers[l - 1]) / np.sqrt(layers[l - 1])
    params["b" + str(l)] = np.zeros((layers[l], 1))
X = np.random.randn(3, 11)
Y = (np.random.rand(2, 11) > 0.5) * 1.0
for i in range(15):
    cache = {"A0": X}
    for l in range(1, L + 1):
        cache["Z" + str(l)] = params["W" + str(l)] @ cache["A" + str(l - 1)] + params["b" + str(l)]
        Z = cache["Z" + str(l)]
        cache["A" + str(l)] = 1 / (1 + np.exp(-Z)) if l == L else np.maximum(0.01 * Z, Z)
    AL, m, grads = cache["A3"], X.shape[1], {}
    cost = -np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL)) / m
    dA = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    for l in range(L, 0, -1):
        A = cache["A" + str(l)]
        if l == L:
            dZ = dA * A * (1 - A)
        else:
            dZ = np.where(cache["Z" + str(l)] > 0, dA, 0.01 * dA)
        grads["W" + str(l)] = dZ @ cache["A" + str(l - 1)].T / m
        grads["b" + str(l)] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = params["W" + str(l)].T @ dZ
    for key in params:
        params[key] = params[key] - 0.2 * grads[key]
    if i % 5 == 0:
        print(cost)
