import numpy as np

class Network:
    def __init__(self, sizes):
        rs = np.random.RandomState(120)
        self.biases = [rs.randn(y, 1) for y in sizes[1:]]
        self.weights = [rs.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def sigmoid(self, z): return 1.0 / (1.0 + np.exp(-z))

    def update(self, batch, eta):
        nb = [np.zeros_like(b) for b in self.biases]
        nw = [np.zeros_like(w) for w in self.weights]
        for x, y in batch:
            acts = [x]
            for b, w in zip(self.biases, self.weights):
                acts.append(self.sigmoid(w @ acts[-1] + b))
            delta = (acts[-1] - y) * acts[-1] * (1 - acts[-1])
            for l in range(1, len(self.weights) + 1):
                nb[-l] += delta
                nw[-l] += delta @ acts[-l].T
                delta = self.weights[-l].T @ delta * acts[-l - 1] * (1 - acts[-l - 1])
        for k in range(len(self.weights)):
            self.weights[k] -= eta / len(batch) * nw[k]
            self.biases[k] -= eta / len(batch) * nb[k]

    def cost(self, data):
        total = 0
        for a, y in data:
            for b, w in zip(self.biases, self.weights):
                a = self.sigmoid(w @ a + b)
            total += 0.5 * np.sum((a - y) ** 2)
        return total / len(data)

rs = np.random.RandomState(121)
data = [(v, np.clip(v * v + .1, 0, 1)) for v in rs.rand(12, 3, 1)]
net = Network([3, 3, 3])
for epoch in range(200):
    for k in range(0, 12, 4):
        net.update(data[k:k + 4], 0.5)
    if epoch % 50 == 0: print(epoch, net.cost(data))
