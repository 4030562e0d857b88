import numpy as np

class Dense:
    def __init__(self, n_in, n_out):
        self.w = np.random.randn(n_out, n_in) * np.sqrt(1 / n_in)
        self.b = np.zeros(n_out)

    def __call__(self, x):
        self.x = x
        self.y = np.tanh(x @ self.w.T + self.b)
        return self.y

    def grad(self, g):
        d = g * (1 - self.y ** 2)
        # mean gradient of the batch
        self.dw = np.outer(d.mean(axis=0), self.x.mean(axis=0))
        self.db = d.mean(axis=0)
        return d @ self.w

np.random.seed(415)
X = np.random.uniform(-1, 1, (14, 4))
Y = np.stack([X[:, 0] * X[:, 1], np.abs(X[:, 2]) - .5], axis=1)
net = [Dense(4, 6), Dense(6, 2)]
for epoch in range(300):
    out = X
    for layer in net:
        out = layer(out)
    g = out - Y
    for layer in net[::-1]:
        g = layer.grad(g)
    for layer in net:
        layer.w -= 0.1 * layer.dw
        layer.b -= 0.1 * layer.db
    if epoch % 60 == 0:
        print(epoch, "mse", np.mean((out - Y) ** 2))
