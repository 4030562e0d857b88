import numpy as np
rnd = np.random.RandomState(28)

class Lin:
    def __init__(self, a, b):
        self.W, self.b = rnd.randn(a, b) * np.sqrt(1 / a), np.zeros(b)
    def forward(self, x, train=True):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g):
        self.dW, self.db = self.x.T @ g, g.sum(0)
        return g @ self.W.T

class Sig:
    def forward(self, x, train=True):
        self.o = 1 / (1 + np.exp(-x))
        return self.o
    def backward(self, g):
        return g * self.o * (1 - self.o)

class Dropout:
    def __init__(self, keep):
        self.keep = keep
    def forward(self, x, train=True):
        if not train:
            return x
        self.m = rnd.rand(*x.shape) < self.keep
        return x * self.m / self.keep
    def backward(self, g):
        return g * self.m

stack = [Lin(2, 30), Sig(), Dropout(0.8), Lin(30, 1)]
def go(x, train):
    for q in stack:
        x = q.forward(x, train)
    return x

X = rnd.uniform(-2, 2, (200, 2))
Y = np.abs(X[:, :1]) - 0.5 * X[:, 1:]
for it in range(2000):
    e = go(X, True) - Y
    g = 2 * e / e.size
    for q in reversed(stack):
        g = q.backward(g)
    for q in stack: # upd
        if isinstance(q, Lin):
            q.W -= 0.1 * q.dW
            q.b -= 0.1 * q.db
    if it % 400 == 0:
        print(it, np.mean((go(X, False) - Y) ** 2))
print("mse", np.mean((go(X, False) - Y) ** 2))
