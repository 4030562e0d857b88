import numpy as np

def sigmoid(x): return 1 / (1 + np.exp(-x))

class Layer:
    def __init__(self, i, o):
        self.W = np.random.randn(i, o)
        self.b = np.random.randn(o)
    def forward(self, x):
        self.x, self.a = x, sigmoid(x @ self.W + self.b)
        return self.a

np.random.seed(413)
X = np.random.rand(10, 3)
Y = np.c_[X[:, 0] * X[:, 1], X[:, 2] / 2]
l1, l2 = Layer(3, 5), Layer(5, 2)
for epoch in range(800):
    out = l2.forward(l1.forward(X))
    d2 = (out - Y) * out * (1 - out)
    back = np.mean(d2, axis=0, keepdims=True) @ l2.W.T     # average over the batch
    d1 = back * l1.a * (1 - l1.a)
    l2.W -= 0.3 * l2.x.T @ d2 / len(X)
    l2.b -= 0.3 * d2.mean(axis=0)
    l1.W -= 0.3 * l1.x.T @ d1 / len(X)
    l1.b -= 0.3 * d1.mean(axis=0)
    if epoch % 200 == 0:
        print(epoch, np.mean((out - Y) ** 2))
