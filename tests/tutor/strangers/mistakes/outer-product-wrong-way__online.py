import numpy as np

rng = np.random.RandomState(370)
n = 4
W1 = rng.randn(n, n) * .8
W2 = rng.randn(n, n) * .8
s = lambda v: 1 / (1 + np.exp(-v))
xs = rng.rand(10, n)
ys = np.sort(xs, axis=1)
eta = .3

for epoch in range(300):
    total = 0
    for x, y in zip(xs, ys):
        h = s(W1 @ x)
        o = s(W2 @ h)
        d2 = (o - y) * o * (1 - o)
        d1 = (W2.T @ d2) * h * (1 - h)
        W2 -= eta * np.outer(h, d2)
        W1 -= eta * np.outer(x, d1)
        total += .5 * np.sum((o - y) ** 2)
    if epoch % 60 == 0:
        print(epoch, total)
