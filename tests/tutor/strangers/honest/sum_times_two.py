import numpy as np
from numpy import exp, array, random, dot, sum

random.seed(8)
features = array([[0.1, 0.5], [0.9, 0.2], [0.4, 0.7], [0.8, 0.8], [0.2, 0.1], [0.6, 0.3]])
result = array([[0.2], [0.6], [0.5], [0.9], [0.1], [0.4]])


def activate(v):
    return 1 / (1 + exp(-v))


def slope(v):
    s = activate(v)
    return s * (1 - s)


def cost_derivative(prediction, truth):
    return 2 * (prediction - truth)       # d/dp of (p - t)^2, summed over all the rows


weights = [random.uniform(-1, 1, (2, 4)), random.uniform(-1, 1, (4, 3)), random.uniform(-1, 1, (3, 1))]
shifts = [random.uniform(-1, 1, n) for n in (4, 3, 1)]

for step in range(4000):
    outs, sums = [features], []
    for w, s in zip(weights, shifts):
        sums.append(dot(outs[-1], w) + s)
        outs.append(activate(sums[-1]))

    signal = cost_derivative(outs[-1], result) * slope(sums[-1])
    changes = []
    for i in (2, 1, 0):
        changes.append((dot(outs[i].T, signal), sum(signal, axis=0)))
        if i > 0:
            signal = dot(signal, weights[i].T) * slope(sums[i - 1])

    for i, (dw, ds) in zip((2, 1, 0), changes):
        weights[i] -= 0.1 * dw
        shifts[i] -= 0.1 * ds

    if step % 1000 == 0:
        print(step, sum((outs[-1] - result) ** 2))
