import numpy as np

def squash(x):
    return 1.0/(1.0 + np.exp(-x))

def squash_prime(y):
    return 1.0 - y**2

def forward(x, weights):
    outs = [x]
    for w in weights:
        outs.append(squash(np.dot(outs[-1], w)))
    return outs

def adjust(weights, outs, wanted, rate):
    deltas = [(wanted - outs[-1]) * squash_prime(outs[-1])]
    for l in range(len(weights) - 1, 0, -1):
        deltas.insert(0, deltas[0].dot(weights[l].T) * squash_prime(outs[l]))
    for l, d in enumerate(deltas):
        weights[l] += rate * np.outer(outs[l], d)

np.random.seed(5)
shape = [3, 5, 4, 1]
weights = [np.random.uniform(-1, 1, s) for s in zip(shape, shape[1:])]
# majority of three
X = np.array([[a, b, c] for a in (0, 1) for b in (0, 1) for c in (0, 1)])
y = (X.sum(axis=1) > 1.5) * 0.8 + 0.1
for epoch in range(300):
    for i in np.random.permutation(len(X)):
        adjust(weights, forward(X[i], weights), y[i], 0.2)
    if epoch % 100 == 0:
        print('epoch', epoch, [round(float(forward(x, weights)[-1][0]), 2) for x in X])
