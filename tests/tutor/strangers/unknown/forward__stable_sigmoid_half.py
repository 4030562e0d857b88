import numpy as np

def sigmoid(z):
    # numerically stable: never exp() of something large
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), 1 / (1 + np.exp(-np.abs(z))))

def sigmoid_grad(a):
    return a * (1 - a)

class Net:
    def __init__(self, n, h, m, seed=404):
        rng = np.random.default_rng(seed)
        self.W = [rng.normal(size=(h, n)), rng.normal(size=(m, h))]
        self.b = [rng.normal(size=h), rng.normal(size=m)]

    def forward(self, x):
        h = sigmoid(self.W[0] @ x + self.b[0])
        return h, sigmoid(self.W[1] @ h + self.b[1])

    def learn(self, x, y, eta):
        h, o = self.forward(x)
        d2 = (o - y) * sigmoid_grad(o)
        d1 = self.W[1].T @ d2 * sigmoid_grad(h)
        self.W[1] -= eta * np.outer(d2, h)
        self.b[1] -= eta * d2
        self.W[0] -= eta * np.outer(d1, x)
        self.b[0] -= eta * d1
        return 0.5 * np.sum((o - y) ** 2)

rng = np.random.default_rng(0)
xs = rng.normal(size=(10, 3))
ys = 1 / (1 + np.exp(-xs[:, :2]))
net = Net(3, 4, 2)
for epoch in range(200):
    loss = sum(net.learn(x, y, 0.3) for x, y in zip(xs, ys))
    if epoch % 50 == 0:
        print(epoch, loss / len(xs))
