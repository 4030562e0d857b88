import numpy as np
rng = np.random.RandomState(2)

def sigmoid(z): return 1 / (1 + np.exp(-z))

def make_model(a, b, c):
    return {"W1": rng.randn(b, a), "b1": np.zeros((b, 1)),
            "W2": rng.randn(c, b), "b2": np.zeros((c, 1))}

def propagate(model, x):
    A1 = sigmoid(model["W1"] @ x + model["b1"])
    return {"A1": A1, "A2": sigmoid(model["W2"] @ A1 + model["b2"])}

def learn(model, x, y, lr):
    cache = propagate(model, x)
    # squared error
    loss = 0.5 * np.sum((cache["A2"] - y) ** 2)
    dZ2 = cache["A2"] - y
    dZ1 = (model["W2"].T @ dZ2) * cache["A1"] * (1 - cache["A1"])
    model["W2"] -= lr * dZ2 @ cache["A1"].T
    model["b2"] -= lr * dZ2
    model["W1"] -= lr * dZ1 @ x.T
    model["b1"] -= lr * dZ1
    return loss

model = make_model(3, 6, 2)
# full adder without carry in: sum bit and carry bit, third input always one
table = [([0, 0, 1], [0, 0]), ([0, 1, 1], [1, 0]), ([1, 0, 1], [1, 0]), ([1, 1, 1], [0, 1])]
for ep in range(3000):
    tot = 0
    for inp, out in table:
        x = np.array(inp, float).reshape(-1, 1)
        y = np.array(out, float).reshape(-1, 1)
        tot += learn(model, x, y, 0.8)
    if ep % 600 == 0:
        print(ep, tot)
print("total", tot)
