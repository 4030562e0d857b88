import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

class Net(object):
    def __init__(self, sizes):
        self.L = len(sizes) - 1
        self.W = [np.random.randn(b, a) for a, b in zip(sizes, sizes[1:])]
        self.b = [np.random.randn(b, 1) for b in sizes[1:]]

    def run(self, x):
        a = [x]
        for W, b in zip(self.W, self.b):
            a.append(sigmoid(np.dot(W, a[-1]) + b))
        return a

    def cost(self, x, y):
        return 0.5 * np.sum((self.run(x)[-1] - y) ** 2)

    def learn(self, x, y, eta):
        a = self.run(x)
        nw = [None] * self.L
        nb = [None] * self.L
        delta = (a[-1] - y) * a[-1] * (1 - a[-1])
        nw[-1] = np.dot(delta, a[-2].T)
        nb[-1] = delta
        for l in range(self.L - 2, -1, -1):
            sp = a[l + 1] * (1 - a[l + 1])
            delta = np.dot(self.W[l].T, delta) * sp
            nw[l] = np.dot(delta, a[l].T)
            nb[l] = delta
        for k in range(self.L):
            self.W[k] -= eta * nw[k]
            self.b[k] -= eta * nb[k]

np.random.seed(0)
pairs = []
for i in range(8):
    bits = np.array([i >> 2 & 1, i >> 1 & 1, i & 1], float).reshape(3, 1)
    pairs.append((bits, bits[::-1].copy()))          # reverse three bits
net = Net([3, 3, 3, 3])
for epoch in range(4001):
    for x, y in pairs:
        net.learn(x, y, 1.0)
    if epoch % 800 == 0:
        print(epoch, sum(net.cost(x, y) for x, y in pairs))
