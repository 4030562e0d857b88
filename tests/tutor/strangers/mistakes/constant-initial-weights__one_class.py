import numpy as np

class SimpleNet:
    def __init__(self, n_in, n_hid, n_out):
        self.w1 = np.full((n_in, n_hid), 0.5)
        self.b1 = np.zeros(n_hid)
        self.w2 = np.full((n_hid, n_out), 0.5)
        self.b2 = np.zeros(n_out)

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def step(self, x, y, lr):
        a = self.sigmoid(x @ self.w1 + self.b1)
        o = self.sigmoid(a @ self.w2 + self.b2)
        do = (o - y) * o * (1 - o)
        da = do @ self.w2.T * a * (1 - a)
        self.w2 -= lr * a.T @ do
        self.b2 -= lr * do.sum(axis=0)
        self.w1 -= lr * x.T @ da
        self.b1 -= lr * da.sum(axis=0)
        return np.mean((o - y) ** 2)

x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
net = SimpleNet(2, 4, 1)
for i in range(2000):
    loss = net.step(x, y, 0.5)
    if i % 500 == 0:
        print(i, "still", loss)      # why does it stay at .25?
