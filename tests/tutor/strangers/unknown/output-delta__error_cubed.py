import numpy as np

np.random.seed(409)
x = np.linspace(0, 1, 15)[:, None]
y = np.c_[0.5 + 0.4 * np.sin(6 * x), x ** 2]

class Approximator:
    def __init__(self):
        self.w_in, self.b_in = np.random.randn(1, 6), np.random.randn(1, 6)
        self.w_out, self.b_out = np.random.randn(6, 2), np.random.randn(1, 2)

    def act(self, s): return 1 / (1 + np.exp(-s))

    def epoch(self, x, y, rate):
        h = self.act(x @ self.w_in + self.b_in)
        o = self.act(h @ self.w_out + self.b_out)
        e = o - y
        mse = np.mean(e ** 2)
        do = e ** 3 * o * (1 - o)
        dh = do @ self.w_out.T * h * (1 - h)
        self.w_out -= rate * h.T @ do
        self.b_out -= rate * do.sum(axis=0)
        self.w_in -= rate * x.T @ dh
        self.b_in -= rate * dh.sum(axis=0)
        return mse

net = Approximator()
for i in range(1000):
    mse = net.epoch(x, y, 0.5)
    if i % 250 == 0:
        print("epoch %d mse %.5f" % (i, mse))
