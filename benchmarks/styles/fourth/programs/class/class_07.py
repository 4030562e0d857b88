import numpy as np

class SmallNet:
    def __init__(self, hidden=10):
        np.random.seed(16)
        self.U = np.random.randn(2, hidden)
        self.c = np.random.randn(hidden)
        self.V = np.random.randn(hidden, 1) * 0.4
        self.h = self._hidden(np.zeros((20, 2)))

    def _hidden(self, x):
        return np.tanh(x @ self.U + self.c)

    def forward(self, x):
        out = self._hidden(x) @ self.V
        return out

    def backward(self, x, y, lr):
        e = (self.forward(x) - y) / len(x)
        dV = self.h.T @ e
        dh = e @ self.V.T * (1 - self.h ** 2)
        dU = x.T @ dh
        dc = dh.sum(0)
        self.V -= lr * dV
        self.U -= lr * dU
        self.c -= lr * dc

    def mse(self, x, y):
        return 0.5 * np.mean((self._hidden(x) @ self.V - y) ** 2)

x = np.random.RandomState(0).uniform(-1.5, 1.5, (200, 2))
y = np.cos(x[:, :1]) * x[:, 1:]
net = SmallNet()
for ep in range(200):
    for i in range(0, 200, 20):
        net.backward(x[i:i + 20], y[i:i + 20], 0.2)
    if ep % 40 == 0:
        print(ep, net.mse(x, y))
print("mse", net.mse(x, y))
