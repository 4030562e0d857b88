import numpy as np

class Net:
    def __init__(self):
        np.random.seed(220)
        self.W1, self.W2 = np.random.randn(3, 5), np.random.randn(5, 2)
        self.b1, self.b2 = np.random.randn(5), np.random.randn(2)

    def sig(self, x): return 1 / (1 + np.exp(-x))

    def grads(self, x, y):
        h = self.sig(x @ self.W1 + self.b1)
        o = self.sig(h @ self.W2 + self.b2)
        d2 = (o - y) * o * (1 - o)
        d1 = self.W2 @ d2 * h * (1 - h)
        return [np.outer(x, d1), d1, np.outer(h, d2), d2]

    def batch(self, X, Y):
        total = [np.zeros_like(p) for p in (self.W1, self.b1, self.W2, self.b2)]
        for x, y in zip(X, Y):
            total = [t + g for t, g in zip(total, self.grads(x, y))]
            return [t / len(X) for t in total]

    def fit(self, X, Y, lr=0.5, epochs=500):
        for e in range(epochs):
            gW1, gb1, gW2, gb2 = self.batch(X, Y)
            self.W1 -= lr * gW1
            self.b1 -= lr * gb1
            self.W2 -= lr * gW2
            self.b2 -= lr * gb2

    def loss(self, X, Y):
        out = self.sig(self.sig(X @ self.W1 + self.b1) @ self.W2 + self.b2)
        return np.mean((out - Y) ** 2)

X = np.random.RandomState(1).rand(7, 3)
Y = np.c_[X[:, 0] > .5, X[:, 1] < .5] * 1.
net = Net()
print('before', net.loss(X, Y))
net.fit(X, Y)
print('after', net.loss(X, Y))
