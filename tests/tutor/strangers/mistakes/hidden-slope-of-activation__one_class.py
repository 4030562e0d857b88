import numpy as np

class FNN:
    def __init__(self, x, y, neurons=5, lr=0.2):
        np.random.seed(100)
        self.x, self.y, self.lr = x, y, lr
        self.theta1 = np.random.randn(neurons, x.shape[0])
        self.theta2 = np.random.randn(y.shape[0], neurons)

    def s(self, z): return 1 / (1 + np.exp(-z))
    def ds(self, a): return a * (1 - a)

    def run(self, n):
        for i in range(n):
            hid = self.s(self.theta1.dot(self.x))
            out = self.s(self.theta2.dot(hid))
            diff = self.y - out
            d_out = diff * self.ds(out)
            d_hid = self.theta2.T.dot(d_out) * hid
            self.theta2 += self.lr * d_out.dot(hid.T)
            self.theta1 += self.lr * d_hid.dot(self.x.T)
            if i % 300 == 0:
                print(i, 0.5 * np.sum(diff ** 2))

x = np.array([[1, 0, 1, 0, .5], [1, 1, 0, 0, .5], [1, 1, 1, 1, 1]])
y = np.array([[0, 1, 1, 0, .5], [1, 0, 0, 0, .3]])
FNN(x, y).run(1500)
