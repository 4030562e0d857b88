import numpy as np

def stable_softmax(Z):
    shifted = np.exp(Z - np.max(Z))
    return shifted / np.sum(shifted)

def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))

class ThreeWay:
    def __init__(self):
        r = np.random.RandomState(60)
        self.p = {"W1": r.randn(5, 2), "b1": r.randn(5, 1), "W2": r.randn(3, 5), "b2": r.randn(3, 1)}

    def forward(self, X):
        self.c = {"A0": X}
        self.c["A1"] = sigmoid(self.p["W1"] @ X + self.p["b1"])
        self.c["A2"] = stable_softmax(self.p["W2"] @ self.c["A1"] + self.p["b2"])
        return self.c["A2"]

    def backward(self, Y):
        m = Y.shape[1]
        dZ2 = self.c["A2"] - Y
        dZ1 = self.p["W2"].T @ dZ2 * self.c["A1"] * (1 - self.c["A1"])
        return {"W2": dZ2 @ self.c["A1"].T / m, "b2": dZ2.sum(1, keepdims=True) / m,
                "W1": dZ1 @ self.c["A0"].T / m, "b1": dZ1.sum(1, keepdims=True) / m}

    def step(self, grads, alpha):
        for key, g in grads.items():
            self.p[key] = self.p[key] - alpha * g

X = np.array([[0., 1., 2., 0., 1., 2., 3.], [0., 0., 0., 1., 1., 1., 2.]])
kinds = np.array([0, 0, 1, 2, 2, 1, 1])
Y = np.zeros((3, 7))
Y[kinds, range(7)] = 1
net = ThreeWay()
for i in range(500):
    A2 = net.forward(X)
    net.step(net.backward(Y), 0.3)
    if i % 100 == 0:
        print(i, -np.sum(Y * np.log(A2)) / 7)
