import numpy as np

np.random.seed(3)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], float)
Y = np.array([[0], [1], [1], [0]], float)

parameters = dict(W1=np.random.randn(2, 4), b1=np.zeros((1, 4)),
                  W2=np.random.randn(4, 1), b2=np.zeros((1, 1)))

def sigmoid(t):
    return 1 / (1 + np.exp(-t))

def forward_pass(X):
    A1 = np.tanh(X @ parameters["W1"] + parameters["b1"])
    A2 = sigmoid(A1 @ parameters["W2"] + parameters["b2"])
    return {"A1": A1, "A2": A2}

def loss_of(X, Y):
    A2 = forward_pass(X)["A2"]
    return np.mean((A2 - Y) ** 2)

def backward_pass(X, Y, cache):
    A1, A2 = cache["A1"], cache["A2"]
    grads = {}
    dZ2 = 2 * (A2 - Y) / len(Y) * A2 * (1 - A2)
    grads["W2"] = A1.T @ dZ2
    grads["b2"] = np.sum(dZ2, axis=0, keepdims=True)
    dZ1 = dZ2 @ parameters["W2"].T * (1 - A1 ** 2)
    grads["W1"] = X.T @ dZ1
    grads["b1"] = np.sum(dZ1, axis=0, keepdims=True)
    return grads

learning_rate = 1.0
for it in range(3000):
    cache = forward_pass(X)
    grads = backward_pass(X, Y, cache)
    for key in ("W1", "W2", "b2"):
        parameters[key] -= learning_rate * grads[key]
    if it % 500 == 0:
        print(it, loss_of(X, Y))
print(forward_pass(X)["A2"].round(3).ravel())
