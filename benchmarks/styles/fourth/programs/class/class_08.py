import numpy as np

def S(z):
    return 1 / (1 + np.exp(-z))

class DropNet:
    def __init__(self, n=2, h=30, keep=0.7):
        self.r = np.random.RandomState(44)
        self.w = self.r.randn(n, h)
        self.b = np.zeros(h)
        self.v = self.r.randn(h, 1) * 0.3
        self.d = np.zeros(1)
        self.keep = keep
        self.training = True

    def forward(self, X):
        H = np.maximum(0, X @ self.w + self.b)
        self.mask = (self.r.rand(*H.shape) < self.keep) / self.keep
        H = H * self.mask if self.keep < 1 else H
        self.H = H
        return S(H @ self.v + self.d)

    def fit(self, X, y, epochs):
        self.training = True
        for e in range(epochs):
            P = self.forward(X)
            g = (P - y) / len(X)
            dv = self.H.T @ g
            dd = g.sum(0)
            dh = (g @ self.v.T) * self.mask * (self.H > 0)
            dw = X.T @ dh
            db = dh.sum(0)
            self.w -= 0.3 * dw
            self.b -= 0.3 * db
            self.v -= 0.3 * dv
            self.d -= 0.3 * dd

    def predict(self, X):
        self.training = False
        return self.forward(X)

rng = np.random.RandomState(3)
X = rng.randn(300, 2)
y = ((X ** 2).sum(axis=1, keepdims=True) > 1.4).astype(float)
net = DropNet()
print("before", np.mean((net.predict(X) > 0.5) == y))
net.fit(X, y, 800)
print("after", np.mean((net.predict(X) > 0.5) == y))
