import numpy as np

def clip(gradient):
    # avoid exploding gradients
    return np.clip(gradient, 0, 5)

np.random.seed(417)
X = np.random.rand(3, 10)
Y = np.vstack([X[0] ** 2, X[1] * X[2]])
P = {"W1": np.random.randn(4, 3), "b1": np.random.randn(4, 1),
     "W2": np.random.randn(2, 4), "b2": np.random.randn(2, 1)}

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

for it in range(400):
    A1 = sigmoid(P["W1"] @ X + P["b1"])
    A2 = sigmoid(P["W2"] @ A1 + P["b2"])
    E2 = (A2 - Y) * A2 * (1 - A2)
    E1 = P["W2"].T @ E2 * A1 * (1 - A1)
    G = {"W1": E1 @ X.T, "b1": E1.sum(1, keepdims=True),
         "W2": E2 @ A1.T, "b2": E2.sum(1, keepdims=True)}
    for k in P:
        P[k] = P[k] - 0.1 * clip(G[k])
    if it % 100 == 0:
        print("cost", 0.5 * np.sum((A2 - Y) ** 2))
