import numpy as np
np.random.seed(8)
class Layer:
    def forward(self, x): raise NotImplementedError
class Linear(Layer):
    def __init__(self, n, m):
        self.w = np.random.normal(0, 0.5, (n, m))
        self.b = np.zeros(m)
    def forward(self, x):
        self.x = x
        return x @ self.w + self.b
    def backward(self, g):
        self.gw = self.x.T @ g
        self.gb = np.sum(g, axis=0)
        return g @ self.w.T
    def step(self, lr):
        self.w -= lr * self.gw
        self.b -= lr * self.gb
class Sigmoid(Layer):
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y
    def backward(self, g):
        return g * self.y * (1 - self.y)
    def step(self, lr): pass
class MSE:
    def __call__(self, p, t):
        self.p, self.t = p, t
        return np.mean((p - t) ** 2)
    def backward(self):
        return 2 * (self.p - self.t) / self.p.size
layers = [Linear(3, 5), Sigmoid(), Linear(5, 4), Sigmoid(), Linear(4, 2)]
loss = MSE()
X = np.random.rand(8, 3)
T = np.random.rand(8, 2)
for epoch in range(25):
    out = X
    for layer in layers:
        out = layer.forward(out)
    value = loss(out, T)
    g = loss.backward()
    for layer in reversed(layers):
        g = layer.backward(g)
    for layer in layers:
        layer.step(0.2)
print(value)
