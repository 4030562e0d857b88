import math
import random


def make_network(sizes):
    layers = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        layers.append([[random.uniform(-1, 1) for _ in range(n_in + 1)] for _ in range(n_out)])
    return layers


def activate(weights, inputs):
    total = weights[-1]
    for w, x in zip(weights, inputs):
        total += w * x
    return 1 / (1 + math.exp(-total))


def predict(network, inputs):
    values = [inputs]
    for layer in network:
        values.append([activate(neuron, values[-1]) for neuron in layer])
    return values


def train(network, training_data, epochs, learning_rate):
    for _ in range(epochs):
        for inputs, expected in training_data:
            values = predict(network, inputs)
            deltas = [(o - t) * o * (1 - o) for o, t in zip(values[-1], expected)]
            for number in reversed(range(len(network))):
                below = values[number]
                errors = [
                    sum(d * n[i] for d, n in zip(deltas, network[number]))
                    for i in range(len(below))
                ]
                for neuron, delta in zip(network[number], deltas):
                    for i, value in enumerate(below):
                        neuron[i] -= learning_rate * delta * value
                    neuron[-1] -= learning_rate * delta
                deltas = [e * a * (1 - a) for e, a in zip(errors, below)]
