import numpy as np

class NeuralNetwork:
    def __init__(self, n_in, n_hidden, n_out, seed=0):
        rng = np.random.default_rng(seed)
        self.w1 = rng.normal(0, 1, (n_in, n_hidden))
        self.b1 = np.zeros(n_hidden)
        self.w2 = rng.normal(0, 0.5, (n_hidden, n_out))
        self.b2 = np.zeros(n_out)

    def forward(self, X):
        self.h = np.tanh(X @ self.w1 + self.b1)
        return self.h @ self.w2 + self.b2

    def step(self, X, y, lr):
        out = self.forward(X)
        d_out = 2 * (out - y) / out.size
        g2 = self.h.T @ d_out
        gb2 = d_out.sum(axis=0)
        h1g = 1 - self.h ** 2
        d_hidden = (d_out @ self.w2) * h1g
        g1 = X.T @ d_hidden
        gb1 = d_hidden.sum(axis=0)
        self.w1 -= lr * g1
        self.b1 -= lr * gb1
        self.w2 -= lr * g2
        self.b2 -= lr * gb2
        return np.mean((out - y) ** 2)

# rotate-and-bend: four numbers in, four numbers out
rng = np.random.default_rng(1)
X = rng.uniform(-1, 1, (100, 4))
y = np.sin(2 * X)[:, [1, 2, 3, 0]]
net = NeuralNetwork(4, 4, 4)
for epoch in range(3000):
    loss = net.step(X, y, 0.3)
    if epoch % 500 == 0:
        print(epoch, loss)
print("loss", loss)
