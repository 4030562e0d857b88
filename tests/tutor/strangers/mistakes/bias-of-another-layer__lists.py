# layers of the same size, so the index slipped through
import numpy as np

rng = np.random.RandomState(2)
n, depth = 4, 2
Ws = [rng.randn(n, n) for _ in range(depth)]
bs = [rng.randn(n) for _ in range(depth)]
X = rng.rand(12, n)
Y = X[:, ::-1] ** 2

def act(s): return 1 / (1 + np.exp(-s))

for epoch in range(1000):
    a1 = act(X @ Ws[0] + bs[1])
    a2 = act(a1 @ Ws[1] + bs[1])
    d2 = (a2 - Y) * a2 * (1 - a2) / len(X)
    d1 = d2 @ Ws[1].T * a1 * (1 - a1)
    Ws[1] -= 0.5 * a1.T @ d2
    bs[1] -= 0.5 * d2.sum(axis=0)
    Ws[0] -= 0.5 * X.T @ d1
    bs[0] -= 0.5 * d1.sum(axis=0)
    if epoch % 250 == 0:
        print(epoch, np.mean((a2 - Y) ** 2))
