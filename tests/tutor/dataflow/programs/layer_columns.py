import numpy as np
rng = np.random.default_rng(21)
class Dense:
    def __init__(self, n_in, n_out, act):
        self.W = rng.normal(0, n_in ** -0.5, (n_out, n_in))
        self.b = np.zeros((n_out, 1))
        self.act = act
    def forward(self, A):
        self.A = A
        self.Z = self.W @ A + self.b
        if self.act == "relu":
            return self.Z * (self.Z > 0)
        E = np.exp(self.Z - np.max(self.Z, axis=0))
        return E / np.sum(E, axis=0)
    def backward(self, dA, rate):
        dZ = dA * (self.Z > 0) if self.act == "relu" else dA
        m = self.A.shape[1]
        dA_before = self.W.T @ dZ
        self.W = self.W - rate * (dZ @ self.A.T) / m
        self.b = self.b - rate * np.mean(dZ, axis=1, keepdims=True)
        return dA_before
net = [Dense(3, 5, "relu"), Dense(5, 4, "relu"), Dense(4, 3, "softmax")]
X = rng.normal(size=(3, 10))
labels = rng.integers(0, 3, 10)
T = np.zeros((3, 10))
T[labels, np.arange(10)] = 1
for step in range(40):
    A = X
    for layer in net:
        A = layer.forward(A)
    grad = A - T
    for layer in net[::-1]:
        grad = layer.backward(grad, 0.2)
print(-np.log(A[labels, np.arange(10)]).mean())
