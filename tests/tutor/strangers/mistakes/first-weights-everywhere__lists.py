import numpy as np

class Net:
    """All layers have the same width."""

    def __init__(self, width=3, depth=2):
        self.depth = depth
        self.weights = [np.random.randn(width, width) for _ in range(depth)]
        self.biases = [np.random.randn(width, 1) for _ in range(depth)]

    def activation(self, s):
        return 1 / (1 + np.exp(-s))

    def forward(self, x):
        self.outs = [x]
        for k in range(self.depth):
            s = self.weights[0] @ self.outs[-1] + self.biases[k]
            self.outs.append(self.activation(s))
        return self.outs[-1]

    def train_one(self, x, t, lr):
        o = self.forward(x)
        delta = (o - t) * o * (1 - o)
        for k in reversed(range(self.depth)):
            below = self.weights[k].T @ delta
            self.weights[k] = self.weights[k] - lr * delta @ self.outs[k].T
            self.biases[k] = self.biases[k] - lr * delta
            delta = below * self.outs[k] * (1 - self.outs[k])
        return float(np.sum((o - t) ** 2) / 2)

np.random.seed(14)
cases = np.random.rand(8, 3, 1)
net = Net()
for epoch in range(400):
    # every case is turned upside down
    loss = sum(net.train_one(c, c[::-1], 0.5) for c in cases)
    if epoch % 100 == 0:
        print(epoch, loss)
