import numpy as np

class ReLU:
    def __call__(self, x):
        return np.maximum(0, x)
    def gradient(self, x):
        # d/dx x = 1
        return np.ones_like(x)

class Dense:
    def __init__(self, n_in, n_out, act=None):
        self.w = np.random.randn(n_in, n_out) * np.sqrt(2.0 / n_in)
        self.b = np.zeros(n_out)
        self.act = act
    def forward(self, x):
        self.x = x
        self.z = x @ self.w + self.b
        return self.act(self.z) if self.act else self.z
    def backward(self, grad):
        if self.act:
            grad = grad * self.act.gradient(self.z)
        self.gw, self.gb = self.x.T @ grad, grad.sum(axis=0)
        return grad @ self.w.T

np.random.seed(31)
data = np.random.randn(16, 3)
target = np.abs(data[:, :1]) + data[:, 1:2]
layers = [Dense(3, 7, ReLU()), Dense(7, 4, ReLU()), Dense(4, 1)]
for epoch in range(200):
    out = data
    for l in layers:
        out = l.forward(out)
    grad = (out - target) / len(data)
    for l in layers[::-1]:
        grad = l.backward(grad)
    for l in layers:
        l.w -= 0.02 * l.gw
        l.b -= 0.02 * l.gb
    if epoch % 50 == 0:
        print(epoch, "mse/2:", 0.5 * np.mean((out - target) ** 2))
