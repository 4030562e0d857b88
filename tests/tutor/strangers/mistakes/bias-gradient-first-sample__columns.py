import numpy as np

class Layer:
    def __init__(self, n, k):
        self.w = np.random.randn(n, k) * 0.5
        self.b = np.random.randn(n, 1) * 0.5

    def __call__(self, a):
        self.a_in = a
        self.a_out = 1 / (1 + np.exp(-(self.w @ a + self.b)))
        return self.a_out

    def back(self, da, lr):
        dz = da * self.a_out * (1 - self.a_out)
        da_prev = self.w.T @ dz
        m = dz.shape[1]
        self.w -= lr / m * dz @ self.a_in.T
        self.b -= lr * dz[:, 0:1]
        return da_prev

np.random.seed(150)
X = np.random.rand(3, 13)
Y = np.stack([X.max(axis=0), X.min(axis=0)])
one, two = Layer(5, 3), Layer(2, 5)
for i in range(600):
    out = two(one(X))
    one.back(two.back(out - Y, .4), .4)
    if i % 100 == 0:
        print(i, np.mean((out - Y) ** 2))
