"""lists of weights and biases, stochastic gradient descent on small batches"""
import random
import numpy as np

class Network(object):
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) for x, y in zip(sizes[:-1], sizes[1:])]

    def learn(self, data, epochs, batch_size, eta):
        for j in range(epochs):
            random.shuffle(data)
            for k in range(0, len(data), batch_size):
                self.update(data[k:k + batch_size], eta)

    def update(self, batch, eta):
        sum_b = [np.zeros(b.shape) for b in self.biases]
        sum_w = [np.zeros(w.shape) for w in self.weights]
        for x, y in batch:
            d_b, d_w = self.backprop(x, y)
            sum_b = [s + d for s, d in zip(sum_b, d_b)]
            sum_w = [s + d for s, d in zip(sum_w, d_w)]
        self.weights = [w - (eta / len(batch)) * s for w, s in zip(self.weights, sum_w)]
        self.biases = [b - (eta / len(batch)) * s for b, s in zip(self.biases, sum_b)]

    def backprop(self, x, y):
        d_b = [None] * len(self.biases)
        d_w = [None] * len(self.weights)
        activation, activations, zs = x, [x], []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            zs.append(z)
            activation = squash(z)
            activations.append(activation)
        delta = (activations[-1] - y) * squash_prime(zs[-1])
        d_b[-1] = delta
        d_w[-1] = np.dot(delta, activations[-2].transpose())
        for l in range(2, self.num_layers):
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * squash_prime(zs[-l])
            d_b[-l] = delta
            d_w[-l] = np.dot(delta, activations[-l - 1].transpose())
        return d_b, d_w

def squash(z):
    return 1.0 / (1.0 + np.exp(-z))

def squash_prime(z):
    return squash(z) * (1 - squash(z))

if __name__ == "__main__":
    data = [(np.random.rand(3, 1), np.eye(2)[:, [i % 2]]) for i in range(20)]
    net = Network([3, 5, 4, 2])
    net.learn(data, 30, 5, 3.0)
