import numpy as np
np.random.seed(20)
class Neuron:
    def __init__(self, n):
        self.w = np.random.randn(n)
        self.b = float(np.random.randn())
    def __call__(self, x):
        self.x = x
        self.out = 1 / (1 + np.exp(-(np.dot(self.w, x) + self.b)))
        return self.out
class Net:
    def __init__(self):
        self.h1, self.h2, self.o = Neuron(2), Neuron(2), Neuron(2)
    def feed(self, x):
        return self.o(np.array([self.h1(x), self.h2(x)]))
    def train(self, data, targets, rate=0.1, epochs=8):
        for epoch in range(epochs):
            for x, t in zip(data, targets):
                y = self.feed(x)
                d = -2 * (t - y) * y * (1 - y)
                d1 = d * self.o.w[0] * self.h1.out * (1 - self.h1.out)
                d2 = d * self.o.w[1] * self.h2.out * (1 - self.h2.out)
                self.o.w = self.o.w - rate * d * self.o.x
                self.o.b -= rate * d
                for unit, g in ((self.h1, d1), (self.h2, d2)):
                    unit.w = unit.w - rate * g * unit.x
                    unit.b -= rate * g
            print(epoch, np.mean([(self.feed(x) - t) ** 2 for x, t in zip(data, targets)]))
data = np.array([[-2, -1], [25, 6], [17, 4], [-15, -6]]) / 10
Net().train(data, np.array([1, 0, 0, 1]))
