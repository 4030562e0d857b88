import copy
import numpy as np
np.random.seed(9)
def act(v):
    if v > 0:
        return v
    return 0.1 * v
def act_slope(v):
    return 1.0 if v > 0 else 0.1
f, df = np.vectorize(act), np.vectorize(act_slope)
sizes = [3, 5, 2]
weights = [np.random.randn(m, n) * 0.5 for n, m in zip(sizes, sizes[1:])]
biases = [np.random.randn(m, 1) * 0.1 for m in sizes[1:]]
first = copy.deepcopy(weights)
X, Y = np.random.randn(6, 3, 1), np.random.randn(6, 2, 1)
for epoch in range(4):
    for x, y in zip(X, Y):
        a, zs, acts = x, [], [x]
        for w, b in zip(weights, biases):
            z = w @ a + b
            a = f(z)
            zs.append(z)
            acts.append(a)
        delta = (a - y) * df(zs[-1])
        grads = []
        for l in range(len(weights) - 1, -1, -1):
            grads.insert(0, (delta @ acts[l].T, delta))
            if l > 0:
                delta = weights[l].T @ delta * df(zs[l - 1])
        for l, (gw, gb) in enumerate(grads):
            weights[l] = weights[l] - 0.05 * gw
            biases[l] = biases[l] - 0.05 * gb
print([np.abs(w - v).sum() for w, v in zip(weights, first)])
