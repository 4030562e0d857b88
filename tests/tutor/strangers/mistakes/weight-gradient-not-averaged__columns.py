import numpy as np

rng = np.random.default_rng(180)
X = rng.standard_normal((3, 18))
labels = (X[0] > 0).astype(int) + (X[1] > 0.5)
Y = np.eye(3)[labels].T
m = X.shape[1]

params = {"W1": rng.standard_normal((5, 3)), "b1": np.zeros((5, 1)),
          "W2": rng.standard_normal((3, 5)), "b2": np.zeros((3, 1))}

for epoch in range(500):
    A1 = np.tanh(params["W1"] @ X + params["b1"])
    Z2 = params["W2"] @ A1 + params["b2"]
    E = np.exp(Z2 - Z2.max(axis=0))
    A2 = E / E.sum(axis=0)

    dZ2 = A2 - Y
    dZ1 = params["W2"].T @ dZ2 * (1 - np.square(A1))
    grads = {
        "W2": dZ2 @ A1.T,
        "b2": dZ2.mean(axis=1, keepdims=True),
        "W1": dZ1 @ X.T,
        "b1": dZ1.mean(axis=1, keepdims=True),
    }
    for name in params:
        params[name] -= 0.02 * grads[name]
    if epoch % 100 == 0:
        print(f"{epoch:3d} cross entropy {-np.sum(Y * np.log(A2)) / m:.4f}")
