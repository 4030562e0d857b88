import numpy as np

class Affine:
    def __init__(self, a, b, rng):
        self.w = rng.normal(0, 0.8, (a, b))
        self.c = np.zeros(b)
    def forward(self, x):
        self.inp = x
        return x @ self.w + self.c
    def backward(self, grad):
        self.dw = self.inp.T @ grad
        self.dc = grad.sum(axis=0)
        return grad @ self.w.T
    def step(self, lr):
        self.w -= lr * self.dw
        self.c -= lr * self.dc

class Sigmoid:
    def forward(self, x):
        self.s = 1 / (1 + np.exp(-x))
        return self.s
    def backward(self, grad):
        return grad * self.s * (1 - self.s)
    def step(self, lr):
        pass

class Sequence:
    def __init__(self, *layers):
        self.layers = layers
    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x
    def fit(self, x, y, lr):
        grad = (self.forward(x) - y) / y.size
        for layer in self.layers:
            grad = layer.backward(grad)
        for layer in self.layers: # step
            layer.step(lr)

rng = np.random.default_rng(0)
x = rng.uniform(-2, 2, (90, 3))
y = np.tanh(x[:, [1, 2, 0]] * 1.5)
net = Sequence(Affine(3, 3, rng), Sigmoid(), Affine(3, 3, rng))
for k in range(2000):
    net.fit(x, y, 0.5)
    if k % 400 == 0:
        print(k, np.mean((net.forward(x) - y) ** 2))
print("mse", np.mean((net.forward(x) - y) ** 2))
