import numpy as np

def update_parameters(parameters, grads, learning_rate):
    for key in parameters:
        parameters[key] = -learning_rate * grads[key]
    return parameters

def propagate(X, Y, p):
    m = X.shape[1]
    H = np.maximum(0, p["W1"] @ X + p["b1"])
    S = p["W2"] @ H + p["b2"]
    P = np.exp(S) / np.sum(np.exp(S), axis=0, keepdims=True)
    dS = (P - Y) / m
    dH = (p["W2"].T @ dS) * (H > 0)
    grads = {"W1": dH @ X.T, "b1": np.sum(dH, axis=1, keepdims=True),
             "W2": dS @ H.T, "b2": np.sum(dS, axis=1, keepdims=True)}
    return -np.sum(Y * np.log(P)) / m, grads

np.random.seed(360)
X = np.random.randn(3, 15)
Y = np.eye(4)[np.random.randint(0, 4, 15)].T
parameters = {"W1": np.random.randn(5, 3), "b1": np.random.randn(5, 1) * .1,
              "W2": np.random.randn(4, 5), "b2": np.random.randn(4, 1) * .1}
for i in range(40):
    cost, grads = propagate(X, Y, parameters)
    parameters = update_parameters(parameters, grads, 0.2)
    if i % 10 == 0:
        print("Cost after iteration", i, ":", cost)
