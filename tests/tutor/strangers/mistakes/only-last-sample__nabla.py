"""mini batches; gradient is averaged over the batch"""
import numpy as np

rng = np.random.default_rng(210)
sizes = [3, 5, 2]
weights = [rng.normal(size=(m, n)) for n, m in zip(sizes, sizes[1:])]
biases = [rng.normal(size=(m, 1)) for m in sizes[1:]]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def backprop(x, y):
    a1 = sigmoid(weights[0] @ x + biases[0])
    a2 = sigmoid(weights[1] @ a1 + biases[1])
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = weights[1].T @ d2 * a1 * (1 - a1)
    return [d1 @ x.T, d2 @ a1.T], [d1, d2], 0.5 * np.sum((a2 - y) ** 2)


def train_batch(batch, eta):
    total = 0
    for x, y in batch:
        grad_w, grad_b, cost = backprop(x, y)
        total += cost
    for l in range(2):
        weights[l] = weights[l] - eta / len(batch) * grad_w[l]
        biases[l] = biases[l] - eta / len(batch) * grad_b[l]
    return total / len(batch)


xs = rng.uniform(size=(12, 3, 1))
data = [(x, np.array([x.sum(axis=0) / 3, x[0] * x[1]])) for x in xs]
for epoch in range(300):
    costs = [train_batch(data[s:s + 4], 0.5) for s in (0, 4, 8)]
    if epoch % 60 == 0:
        print(epoch, np.mean(costs))
