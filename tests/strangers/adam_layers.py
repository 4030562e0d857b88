import numpy as np
np.random.seed(3)

class Layer:
    def __init__(self, n_in, n_out):
        self.W = np.random.randn(n_in, n_out) * np.sqrt(1 / n_in)
        self.b = np.zeros((1, n_out))
        self.m = [0, 0]
        self.v = [0, 0]
        self.t = 0

    def forward(self, X):
        self.X = X
        return X @ self.W + self.b

    def backward(self, grad):
        self.dW = self.X.T @ grad
        self.db = grad.sum(axis=0, keepdims=True)
        return grad @ self.W.T

    def step(self, lr=0.01, b1=0.9, b2=0.999):
        self.t += 1
        for k, (name, g) in enumerate((("W", self.dW), ("b", self.db))):
            self.m[k] = b1 * self.m[k] + (1 - b1) * g
            self.v[k] = b2 * self.v[k] + (1 - b2) * g ** 2
            mh = self.m[k] / (1 - b1 ** self.t)
            vh = self.v[k] / (1 - b2 ** self.t)
            if name == "W":
                self.W = self.W - lr * mh / (np.sqrt(vh) + 1e-8)
            else:
                self.b = self.b - lr * mh / (np.sqrt(vh) + 1e-8)

X = np.random.randn(20, 3)
labels = (X.sum(axis=1) > 0).astype(int)
T = np.eye(2)[labels]
first, second = Layer(3, 6), Layer(6, 2)
for epoch in range(200):
    z1 = first.forward(X)
    a1 = 1 / (1 + np.exp(-z1))
    z2 = second.forward(a1)
    e = np.exp(z2 - z2.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)
    loss = -(T * np.log(p)).sum() / len(X)
    d2 = (p - T) / len(X)
    d1 = second.backward(d2) * a1 * (1 - a1)
    first.backward(d1)
    second.step()
    first.step()
