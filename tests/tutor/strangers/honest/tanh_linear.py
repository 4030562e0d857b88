# house prices (made up): area, rooms, age -> price, rent
import numpy as np

raw = np.array([
    [70, 3, 30, 210, 9.0], [55, 2, 12, 190, 8.1], [120, 5, 45, 300, 13.2], [40, 1, 5, 150, 6.6],
    [95, 4, 20, 280, 11.9], [62, 2, 60, 140, 6.4], [150, 6, 10, 450, 18.0], [80, 3, 25, 240, 9.9],
])
X, T = raw[:, :3], raw[:, 3:]
X = (X - X.mean(axis=0)) / X.std(axis=0)
T = (T - T.mean(axis=0)) / T.std(axis=0)


class Regressor:
    def __init__(self, d, h, k, seed=11):
        r = np.random.RandomState(seed)
        self.W_xh = r.randn(d, h) / np.sqrt(d)
        self.b_h = np.zeros(h)
        self.W_hy = r.randn(h, k) / np.sqrt(h)
        self.b_y = np.zeros(k)

    def predict(self, X):
        self.hidden = np.tanh(X @ self.W_xh + self.b_h)
        return self.hidden @ self.W_hy + self.b_y

    def partial_fit(self, X, T, rate):
        Y = self.predict(X)
        dY = (Y - T) / len(X)
        dH = dY @ self.W_hy.T
        dH = dH * (1 - self.hidden ** 2)
        # order does not matter here, all the deltas are known
        self.b_h -= rate * np.sum(dH, axis=0)
        self.W_hy -= rate * self.hidden.T @ dY
        self.W_xh -= rate * X.T @ dH
        self.b_y -= rate * np.sum(dY, axis=0)
        return 0.5 * np.sum((Y - T) ** 2) / len(X)


model = Regressor(3, 5, 2)
for epoch in range(1, 1001):
    loss = model.partial_fit(X, T, 0.1)
    if epoch % 200 == 0:
        print(f'epoch {epoch:4d}  loss {loss:.5f}')
