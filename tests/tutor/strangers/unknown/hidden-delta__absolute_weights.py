import numpy as np

class NeuralNet:
    def __init__(self, ins, hids, outs):
        np.random.seed(412)
        self.W_ih = np.random.normal(0, 1, (hids, ins))
        self.W_ho = np.random.normal(0, 1, (outs, hids))

    def s(self, x):
        return 1 / (1 + np.exp(-x))

    def train(self, x, t, lr):
        x, t = np.array(x, ndmin=2).T, np.array(t, ndmin=2).T
        h = self.s(self.W_ih @ x)
        o = self.s(self.W_ho @ h)
        delta_o = (t - o) * o * (1 - o)
        # share the blame by the size of each connection
        blame = np.abs(self.W_ho).T @ delta_o
        delta_h = blame * h * (1 - h)
        self.W_ho += lr * delta_o @ h.T
        self.W_ih += lr * delta_h @ x.T
        return np.sum((t - o) ** 2)

nn = NeuralNet(3, 4, 2)
samples = [([.1, .9, 1], [1, 0]), ([.8, .2, 1], [0, 1]), ([.6, .6, 1], [1, 1]), ([.1, .2, 1], [0, 0])]
for epoch in range(1000):
    err = sum(nn.train(x, t, 0.3) for x, t in samples)
    if epoch % 250 == 0:
        print(epoch, err)
