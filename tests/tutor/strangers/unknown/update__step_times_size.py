import numpy as np

class Network:
    def __init__(self, layers):
        rng = np.random.default_rng(419)
        self.w = [rng.normal(size=(b, a)) for a, b in zip(layers, layers[1:])]
        self.b = [rng.normal(size=(b, 1)) for b in layers[1:]]

    def forward(self, a):
        self.a = [a]
        for w, b in zip(self.w, self.b):
            self.a.append(1 / (1 + np.exp(-(w @ self.a[-1] + b))))
        return self.a[-1]

    def backward(self, y):
        delta = (self.a[-1] - y) * self.a[-1] * (1 - self.a[-1])
        self.gw, self.gb = [], []
        for k in range(len(self.w) - 1, -1, -1):
            self.gw.insert(0, delta @ self.a[k].T)
            self.gb.insert(0, delta.sum(axis=1, keepdims=True))
            delta = self.w[k].T @ delta * self.a[k] * (1 - self.a[k])

    def step(self, rate):
        for k in range(len(self.w)):
            # larger gradients deserve larger steps
            self.w[k] = self.w[k] - rate * self.gw[k] * np.abs(self.gw[k])
            self.b[k] = self.b[k] - rate * self.gb[k] * np.abs(self.gb[k])

rng = np.random.default_rng(0)
x = rng.uniform(size=(3, 12))
y = np.vstack([x[0] * x[1], x.mean(axis=0)])
net = Network([3, 5, 2])
for i in range(600):
    out = net.forward(x)
    net.backward(y)
    net.step(0.5)
    if i % 150 == 0:
        print(i, 0.5 * np.sum((out - y) ** 2))
