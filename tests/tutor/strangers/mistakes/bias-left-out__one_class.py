import numpy as np


class Model:
    def __init__(self, inputs, hidden, outputs):
        gen = np.random.default_rng(18)
        self.w1 = gen.normal(size=(inputs, hidden))
        self.b1 = gen.normal(size=(1, hidden))
        self.w2 = gen.normal(size=(hidden, outputs))
        self.b2 = gen.normal(size=(1, outputs))

    @staticmethod
    def sigmoid(v):
        return 1 / (1 + np.exp(-v))

    def forward(self, x):
        self.h = self.sigmoid(x @ self.w1)
        self.o = self.sigmoid(self.h @ self.w2)
        return self.o

    def backward(self, x, y, lr):
        g2 = (self.o - y) * self.o * (1 - self.o)
        g1 = g2 @ self.w2.T * self.h * (1 - self.h)
        self.w2 -= lr * self.h.T @ g2
        self.b2 -= lr * np.sum(g2, axis=0, keepdims=True)
        self.w1 -= lr * x.T @ g1
        self.b1 -= lr * np.sum(g1, axis=0, keepdims=True)


x = np.array([[.1, .2], [.9, .1], [.4, .8], [.7, .6], [.3, .3], [.8, .9]])
y = (x.sum(axis=1, keepdims=True) > 1) * 1.0
model = Model(2, 4, 1)
for i in range(2000):
    model.forward(x)
    model.backward(x, y, .4)
    if i % 500 == 0:
        print(i, "loss:", np.mean((model.o - y) ** 2))
