# needs _handy.py from the same folder
import numpy as np
from _handy import glorot, leaky, leaky_slope

np.random.seed(1234)
x = np.random.rand(15, 4)
y = x[:, [0]] * x[:, [1]] - x[:, [2]]

w = {1: glorot(4, 6), 2: glorot(6, 5), 3: glorot(5, 1)}
b = {1: np.zeros(6), 2: np.zeros(5), 3: np.zeros(1)}

rate0 = 0.1
for epoch in range(1500):
    rate = rate0 / (1 + 0.001 * epoch)         # decays

    z1 = x @ w[1] + b[1]
    a1 = leaky(z1)
    z2 = a1 @ w[2] + b[2]
    a2 = leaky(z2)
    out = a2 @ w[3] + b[3]

    d3 = (out - y) / len(x)
    d2 = d3 @ w[3].T * leaky_slope(z2)
    d1 = d2 @ w[2].T * leaky_slope(z1)

    for layer, (before, d) in {1: (x, d1), 2: (a1, d2), 3: (a2, d3)}.items():
        w[layer] -= rate * before.T @ d
        b[layer] -= rate * d.sum(axis=0)

    if epoch % 300 == 0:
        print("%5d  %.6f" % (epoch, np.mean((out - y) ** 2)))
