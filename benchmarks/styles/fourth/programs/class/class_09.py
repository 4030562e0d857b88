import numpy as np

class AdamNetz:
    B1, B2 = 0.9, 0.999

    def __init__(self, ein, mitte, aus):
        z = np.random.default_rng(5)
        self.p = [z.normal(0, 0.5, (ein, mitte)), np.zeros(mitte),
                  z.normal(0, 0.5, (mitte, aus)), np.zeros(aus)]
        self.m = [np.zeros_like(q) for q in self.p]
        self.v = [np.zeros_like(q) for q in self.p]
        self.t = 0

    def vorwaerts(self, X):
        H = np.tanh(X @ self.p[0] + self.p[1])
        return H, H @ self.p[2] + self.p[3]

    def loss(self, X, T):
        return np.sum((self.vorwaerts(X)[1] - T) ** 2) / len(X)

    def lerne(self, X, T, rate=0.01):
        H, Y = self.vorwaerts(X)
        D = 2 * (Y - T) / len(X)
        DH = D @ self.p[2].T * (1 - H * H)
        grads = [X.T @ DH, DH.sum(0), H.T @ D, D.sum(0)]
        self.t += 1
        for i, g in enumerate(grads):
            self.m[i] = self.B1 * self.m[i] + (1 - self.B1) * g
            self.v[i] = self.B2 * self.v[i] + (1 - self.B2) * np.abs(g)
            mh = self.m[i] / (1 - self.B1 ** self.t)
            vh = self.v[i] / (1 - self.B2 ** self.t)
            self.p[i] -= rate * mh / (np.sqrt(vh) + 1e-8)

X = np.linspace(-2, 2, 80).reshape(-1, 1)
T = np.hstack([np.sin(2 * X), X ** 2 / 2])
netz = AdamNetz(1, 20, 2)
for k in range(1500):
    netz.lerne(X, T)
    if k % 300 == 0:
        print(k, netz.loss(X, T))
print("Ende", netz.loss(X, T))
