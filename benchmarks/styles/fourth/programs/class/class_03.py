import numpy as np

class Network:
    """Any number of layers, relu inside, softmax at the end, momentum."""
    def __init__(self, sizes, rng):
        self.weights = [rng.normal(0, np.sqrt(2 / a), (a, b)) for a, b in zip(sizes[:-1], sizes[1:])]
        self.biases = [np.zeros(b) for b in sizes[1:]]
        self.velocity = [np.zeros_like(w) for w in self.weights]

    def forward(self, x):
        acts = [x]
        for w, b in zip(self.weights[:-1], self.biases[:-1]):
            acts.append(np.maximum(0, acts[-1] @ w + b))
        s = acts[-1] @ self.weights[-1] + self.biases[-1]
        e = np.exp(s - s.max(axis=1, keepdims=True))
        acts.append(e / e.sum(axis=1, keepdims=True))
        return acts

    def loss(self, x, t):
        p = self.forward(x)[-1]
        return -np.mean(np.log(p[np.arange(len(t)), t]))

    def train_batch(self, xb, tb, lr=0.05, mom=0.9):
        acts = self.forward(xb)
        d = acts[-1].copy()
        d[np.arange(len(tb)), tb] -= 1
        d /= len(tb)
        gw, gb = [None] * len(self.weights), [None] * len(self.weights)
        for i in reversed(range(len(self.weights))):
            gw[i] = acts[i].T @ d
            gb[i] = d.sum(axis=0)
            if i > 0:
                d = (d @ self.weights[i].T) * (acts[i] > 0)
        for i in range(len(self.weights)):
            self.velocity[i] = mom * self.velocity[i] - lr * gw[i]
            self.weights[i] += self.velocity[i]
            self.biases[i] -= lr * gb[i]

rng = np.random.default_rng(8)
patterns = rng.integers(0, 2, (10, 25))           # ten made-up 5x5 digits
t = rng.integers(0, 10, 400)
x = patterns[t] + 0.25 * rng.normal(size=(400, 25))
net = Network([25, 20, 10], rng)
for epoch in range(30):
    order = rng.permutation(400)
    for k in range(0, 400, 40):
        net.train_batch(x[order[k:k + 40]], t[order[k:k + 40]])
    if epoch % 5 == 0:
        print(epoch, net.loss(x, t))
print("final", net.loss(x, t))
