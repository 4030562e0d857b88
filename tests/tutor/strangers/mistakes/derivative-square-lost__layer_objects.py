import numpy as np

class Tanh:
    def forward(self, z):
        self.a = np.tanh(z)
        return self.a
    def backward(self, g, lr):
        return g * (1 - self.a)

class Affine:
    def __init__(self, a, b, rs):
        self.M = rs.randn(b, a) / a ** 0.5
        self.t = rs.randn(b) * 0.1
    def forward(self, x):
        self.x = x
        return self.M @ x + self.t
    def backward(self, g, lr):
        back = self.M.T @ g
        self.M = self.M - lr * np.outer(g, self.x)
        self.t = self.t - lr * g
        return back

rs = np.random.RandomState(9)
model = [Affine(3, 5, rs), Tanh(), Affine(5, 2, rs)]
xs = rs.uniform(-1, 1, (10, 3))
ts = np.c_[xs[:, 0] * xs[:, 1], xs[:, 2] ** 2]
for epoch in range(200):
    loss = 0
    for x, t in zip(xs, ts):
        for layer in model:
            x = layer.forward(x)
        loss += 0.5 * np.sum((x - t) ** 2)
        g = x - t
        for layer in model[::-1]:
            g = layer.backward(g, 0.05)
    if epoch % 50 == 0:
        print('epoch', epoch, 'loss', loss / len(xs))
