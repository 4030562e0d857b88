"""Is a point inside the flower or outside?  Week 3 homework, my own version.

Examples are COLUMNS: X is (2, m), Y is (1, m).
All weights live in one dictionary: W1, b1, W2, b2, W3, b3.
"""
import numpy as np

LAYERS = [2, 8, 6, 1]
L = len(LAYERS) - 1
BETA = 0.9
ALPHA = 0.3
BATCH = 40


def initialize(rng):
    params = {}
    for l in range(1, L + 1):
        params[f"W{l}"] = rng.standard_normal((LAYERS[l], LAYERS[l - 1])) * np.sqrt(2.0 / LAYERS[l - 1])
        params[f"b{l}"] = np.zeros((LAYERS[l], 1))
    return params


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def relu(Z):
    return np.maximum(0, Z)


def relu_backward(dA, Z):
    dZ = dA.copy()
    dZ[Z <= 0] = 0
    return dZ


def forward_prop(X, params):
    cache = {"A0": X}
    A = X
    for l in range(1, L + 1):
        Z = params[f"W{l}"] @ A + params[f"b{l}"]
        A = sigmoid(Z) if l == L else relu(Z)
        cache[f"Z{l}"] = Z
        cache[f"A{l}"] = A
    return A, cache


def compute_cost(A, Y):
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))


def backward_prop(A, Y, cache, params):
    grads = {}
    m = Y.shape[1]
    dA = -(Y / A) + (1 - Y) / (1 - A)
    for l in range(L, 0, -1):
        if l == L:
            dZ = dA * A * (1 - A)
        else:
            dZ = relu_backward(dA, cache[f"Z{l}"])
        grads[f"W{l}"] = dZ @ cache[f"A{l - 1}"].T / m
        grads[f"b{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
        dA = params[f"W{l}"].T @ dZ
    return grads


def update_params(params, grads, velocity):
    for l in range(1, L + 1):
        for name in (f"W{l}", f"b{l}"):
            velocity[name] = BETA * velocity[name] + (1 - BETA) * grads[name]
            params[name] = params[name] - ALPHA * velocity[name]


def make_flower(m, rng):
    X = rng.uniform(-1.2, 1.2, (2, m))
    angle = np.arctan2(X[1], X[0])
    radius = np.hypot(X[0], X[1])
    Y = (radius < 0.75 + 0.3 * np.cos(3 * angle)).astype(float).reshape(1, m)
    return X, Y


rng = np.random.default_rng(17)
X, Y = make_flower(400, rng)
params = initialize(rng)
velocity = {name: np.zeros_like(value) for name, value in params.items()}

for epoch in range(121):
    shuffle = rng.permutation(X.shape[1])
    X, Y = X[:, shuffle], Y[:, shuffle]
    for k in range(0, X.shape[1], BATCH):
        X_mini = X[:, k : k + BATCH]
        Y_mini = Y[:, k : k + BATCH]
        A, cache = forward_prop(X_mini, params)
        grads = backward_prop(A, Y_mini, cache, params)
        update_params(params, grads, velocity)
    if epoch % 30 == 0:
        A, _ = forward_prop(X, params)
        print(f"Cost after epoch {epoch}: {compute_cost(A, Y):.5f}")

X_new, Y_new = make_flower(200, rng)
A_new, _ = forward_prop(X_new, params)
accuracy = np.mean((A_new > 0.5) == Y_new)
print(f"Accuracy on new points: {accuracy:.3f}")
