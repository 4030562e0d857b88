# weight decay inside the update, target - output, everything in one method
import numpy as np

class Perceptron2:
    def __init__(self, shape=(3, 5, 2)):
        i, h, o = shape
        self.w = np.random.RandomState(3).randn(h, i) * .6
        self.c = np.zeros((h, 1))
        self.u = np.random.RandomState(4).randn(o, h) * .6
        self.d = np.zeros((o, 1))

    def learn(self, X, T, eta=.2, lam=1e-3, rounds=2000):
        m = X.shape[1]
        for n in range(rounds):
            p = self.w.dot(X) + self.c
            q = p * (p >= 0)
            r = self.u.dot(q) + self.d
            s = 1 / (1 + np.exp(-r))
            diff = T - s                      # cross-entropy: no s(1-s)
            back = self.u.T.dot(diff) * (p >= 0)
            self.u = (1 - eta * lam) * self.u + eta / m * diff.dot(q.T)
            self.d = self.d + eta / m * diff.sum(axis=1, keepdims=True)
            self.w = (1 - eta * lam) * self.w + eta / m * back.dot(X.T)
            self.c = self.c + eta / m * back.sum(axis=1, keepdims=True)
            if n % 400 == 0:
                ce = -np.sum(T * np.log(s) + (1 - T) * np.log(1 - s)) / m
                print('%4d %.4f' % (n, ce))


np.random.seed(6)
X = np.random.randn(3, 16)
T = np.vstack([X[0] > 0, X[1] + X[2] > 0]).astype(float)
Perceptron2().learn(X, T)
