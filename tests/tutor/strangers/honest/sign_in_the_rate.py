import numpy as np

ETA = -0.3        # minus: we go downhill
ROUNDS = 2500


def squash(v):
    return np.tanh(v)


class Net:
    def __init__(self, n, m, k):
        self.V = np.random.uniform(-.7, .7, (m, n))
        self.v0 = np.random.uniform(-.7, .7, (m, 1))
        self.U = np.random.uniform(-.7, .7, (k, m))
        self.u0 = np.random.uniform(-.7, .7, (k, 1))

    def step(self, data, wanted):
        """One round over the whole lot, columns are cases."""
        count = data.shape[1]
        hid = squash(self.V @ data + self.v0)
        out = squash(self.U @ hid + self.u0)

        miss = out - wanted
        back_out = miss * (1 - out ** 2) / count
        back_hid = self.U.T @ back_out * (1 - hid ** 2)

        self.U += ETA * back_out @ hid.T
        self.u0 += ETA * back_out.sum(axis=1)[:, None]
        self.V += ETA * back_hid @ data.T
        self.v0 += ETA * back_hid.sum(axis=1)[:, None]
        return np.mean(miss ** 2)


np.random.seed(99)
data = np.array([[1, -1, 1, -1, 0.5], [1, 1, -1, -1, 0.2], [0.3, 0.1, -0.4, 0.8, -1]])
wanted = np.array([[1, -1, -1, 1, 0.5], [-1, -1, 1, 0.3, 1]])
net = Net(3, 6, 2)
for r in range(ROUNDS):
    m = net.step(data, wanted)
    if r % 500 == 0:
        print(r, m)
