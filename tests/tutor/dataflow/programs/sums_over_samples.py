import numpy as np
np.random.seed(16)
class MLP:
    def __init__(self, *sizes):
        self.W = [np.random.randn(b, a) * 0.7 for a, b in zip(sizes, sizes[1:])]
        self.B = [np.zeros(b) for b in sizes[1:]]
    def run(self, x):
        self.acts = [x]
        for W, B in zip(self.W, self.B):
            self.acts.append(1 / (1 + np.exp(-(np.dot(W, self.acts[-1]) + B))))
        return self.acts[-1]
    def learn(self, X, Y, rate):
        gW = [np.zeros(W.shape) for W in self.W]
        gB = [np.zeros(B.shape) for B in self.B]
        for x, y in zip(X, Y):
            out = self.run(x)
            delta = (out - y) * out * (1 - out)
            for l in reversed(range(len(self.W))):
                gW[l] += np.outer(delta, self.acts[l])
                gB[l] += delta
                if l:
                    a = self.acts[l]
                    delta = self.W[l].T.dot(delta) * a * (1 - a)
        for l in range(len(self.W)):
            self.W[l] -= rate * gW[l] / len(X)
            self.B[l] -= rate * gB[l] / len(X)
net = MLP(3, 4, 3, 2)
X, Y = np.random.rand(5, 3), np.random.rand(5, 2)
for epoch in range(12):
    net.learn(X, Y, 1.5)
print(net.run(X[0]))
