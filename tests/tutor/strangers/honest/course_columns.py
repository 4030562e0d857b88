"""Assignment 3: which side of the saddle? One hidden layer, samples in columns."""
import numpy as np


def layer_sizes(X, Y, n_h=5):
    return X.shape[0], n_h, Y.shape[0]


def init_params(n_x, n_h, n_y):
    np.random.seed(2)
    W1 = np.random.randn(n_h, n_x) * 0.5
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.5
    b2 = np.zeros((n_y, 1))
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2}


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def forward_propagation(X, params):
    Z1 = params["W1"] @ X + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = params["W2"] @ A1 + params["b2"]
    A2 = sigmoid(Z2)
    assert A2.shape == (1, X.shape[1])
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def cross_entropy_cost(A2, Y):
    m = Y.shape[1]
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return float(-np.sum(logprobs) / m)


def backward_propagation(params, cache, X, Y):
    m = X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = (1 / m) * np.dot(dZ2, A1.T)
    db2 = (1 / m) * np.sum(dZ2, axis=1, keepdims=True)
    dZ1 = np.multiply(np.dot(params["W2"].T, dZ2), 1 - np.power(A1, 2))
    dW1 = (1 / m) * np.dot(dZ1, X.T)
    db1 = (1 / m) * np.sum(dZ1, axis=1, keepdims=True)
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def train_model(X, Y, n_h, num_iterations=2000, learning_rate=0.5, print_cost=False):
    params = init_params(*layer_sizes(X, Y, n_h))
    for i in range(num_iterations):
        A2, cache = forward_propagation(X, params)
        cost = cross_entropy_cost(A2, Y)
        grads = backward_propagation(params, cache, X, Y)
        for key in ("W1", "b1", "W2", "b2"):
            params[key] = params[key] - learning_rate * grads["d" + key]
        if print_cost and i % 500 == 0:
            print("Cost after iteration %i: %f" % (i, cost))
    return params


np.random.seed(1)
X = np.random.randn(2, 30)
Y = (X[0:1] * X[1:2] > 0).astype(int)
params = train_model(X, Y, n_h=5, print_cost=True)
A2, _ = forward_propagation(X, params)
print("Accuracy: %d%%" % (100 * np.mean((A2 > 0.5) == Y)))
