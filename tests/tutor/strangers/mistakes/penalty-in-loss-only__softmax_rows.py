import numpy as np

class SoftmaxNet:
    """affine - relu - affine - softmax, with L2"""

    def __init__(self, d, h, k, lam=0.05):
        r = np.random.RandomState(330)
        self.theta = {'U': .3 * r.randn(d, h), 'u': np.zeros(h), 'V': .3 * r.randn(h, k), 'v': np.zeros(k)}
        self.lam = lam

    def objective(self, X, y):
        t, n = self.theta, len(X)
        hid = np.maximum(0, X @ t['U'] + t['u'])
        s = hid @ t['V'] + t['v']
        p = np.exp(s - s.max(axis=1, keepdims=True))
        p = p / p.sum(axis=1, keepdims=True)
        loss = -np.mean(np.log(p[range(n), y]))
        loss += 0.5 * self.lam * (np.sum(t['U'] ** 2) + np.sum(t['V'] ** 2))

        ds = (p - np.eye(p.shape[1])[y]) / n
        dhid = ds @ t['V'].T
        dhid[hid <= 0] = 0
        grad = {'V': hid.T @ ds, 'v': ds.sum(axis=0), 'U': X.T @ dhid, 'u': dhid.sum(axis=0)}
        return loss, grad

    def descend(self, X, y, rate=0.1, rounds=200):
        for i in range(rounds):
            loss, grad = self.objective(X, y)
            for name in self.theta:
                self.theta[name] -= rate * grad[name]
            if i % 50 == 0:
                print('round', i, 'objective', loss)

r = np.random.RandomState(331)
X = 2 * r.randn(12, 4)
y = np.array([0, 1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0])
SoftmaxNet(4, 10, 3).descend(X, y)
