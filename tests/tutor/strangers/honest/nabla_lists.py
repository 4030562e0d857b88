"""Mini-batch gradient descent, any depth; weights and biases in lists, one a layer."""
import random
import numpy as np


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


class FeedForward(object):
    def __init__(self, shape):
        self.layers = len(shape)
        self.biases = [np.random.randn(rows, 1) for rows in shape[1:]]
        self.weights = [np.random.randn(rows, cols) for cols, rows in zip(shape, shape[1:])]

    def __call__(self, a):
        for w, b in zip(self.weights, self.biases):
            a = sigmoid(w.dot(a) + b)
        return a

    def nablas(self, x, y):
        """the gradient for one pair, in lists like self.weights and self.biases"""
        acts, zs = [x], []
        for w, b in zip(self.weights, self.biases):
            zs.append(w.dot(acts[-1]) + b)
            acts.append(sigmoid(zs[-1]))
        delta = (acts[-1] - y) * sigmoid_prime(zs[-1])
        nabla_b, nabla_w = [delta], [delta.dot(acts[-2].T)]
        for back in range(2, self.layers):
            delta = self.weights[1 - back].T.dot(delta) * sigmoid_prime(zs[-back])
            nabla_b.insert(0, delta)
            nabla_w.insert(0, delta.dot(acts[-back - 1].T))
        return nabla_w, nabla_b

    def learn_from(self, batch, eta):
        sum_w = [np.zeros(w.shape) for w in self.weights]
        sum_b = [np.zeros(b.shape) for b in self.biases]
        for x, y in batch:
            nabla_w, nabla_b = self.nablas(x, y)
            sum_w = [s + n for s, n in zip(sum_w, nabla_w)]
            sum_b = [s + n for s, n in zip(sum_b, nabla_b)]
        k = eta / len(batch)
        self.weights = [w - k * s for w, s in zip(self.weights, sum_w)]
        self.biases = [b - k * s for b, s in zip(self.biases, sum_b)]

    def descend(self, pairs, epochs, batch_size, eta):
        for epoch in range(epochs):
            random.shuffle(pairs)
            for start in range(0, len(pairs), batch_size):
                self.learn_from(pairs[start:start + batch_size], eta)
            if epoch % 100 == 0:
                off = [np.sum((self(x) - y) ** 2) for x, y in pairs]
                print("after epoch {}: {:.4f}".format(epoch, 0.5 * np.mean(off)))


points = [np.random.rand(4, 1) for _ in range(20)]
pairs = [(p, np.array([[float(p[0, 0] > p[1, 0])], [float(p[2, 0] > 0.5)]])) for p in points]
net = FeedForward([4, 6, 3, 2])
net.descend(pairs, 500, 5, 2.0)
