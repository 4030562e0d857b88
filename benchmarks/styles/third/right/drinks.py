"""What will the next guest order: coffee, tea or cocoa?

No numpy, just lists and dicts of lists, so that I understand each step.
A neuron is {"w": [weights ..., bias]}; its last weight is the bias.
"""

import math
import random


def make_guests(count):
    """rows: hour of the day, degrees outside, hours of sleep, drink (0 1 2)"""
    usual = [(8.5, 14.0, 5.5), (16.0, 9.0, 7.5), (19.0, -1.0, 8.0)]
    guests = []
    for number in range(count):
        drink = number % 3
        hour, degrees, sleep = usual[drink]
        guests.append(
            [random.gauss(hour, 2.0), random.gauss(degrees, 4.0), random.gauss(sleep, 0.8), drink]
        )
    random.shuffle(guests)
    return guests


def squeeze(rows):
    """every input column to 0..1"""
    for i in range(len(rows[0]) - 1):
        column = [row[i] for row in rows]
        low, high = min(column), max(column)
        for row in rows:
            row[i] = (row[i] - low) / (high - low)


def make_network(sizes):
    network = []
    for n_in, n_out in zip(sizes, sizes[1:]):
        network.append([{"w": [random.uniform(-1, 1) for _ in range(n_in + 1)]} for _ in range(n_out)])
    return network


def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))


def slope(out):
    return out * (1.0 - out)


def forward(network, row):
    inputs = row[:-1]
    for layer in network:
        outputs = []
        for neuron in layer:
            total = neuron["w"][-1]
            for weight, value in zip(neuron["w"], inputs):
                total += weight * value
            neuron["out"] = sigmoid(total)
            outputs.append(neuron["out"])
        inputs = outputs
    return inputs


def backward(network, expected):
    for j, neuron in enumerate(network[-1]):
        neuron["delta"] = (neuron["out"] - expected[j]) * slope(neuron["out"])
    for i in range(len(network) - 2, -1, -1):
        for j, neuron in enumerate(network[i]):
            error = 0.0
            for after in network[i + 1]:
                error += after["w"][j] * after["delta"]
            neuron["delta"] = error * slope(neuron["out"])


def update(network, row, rate):
    for i, layer in enumerate(network):
        inputs = row[:-1]
        if i > 0:
            inputs = [neuron["out"] for neuron in network[i - 1]]
        for neuron in layer:
            for j in range(len(inputs)):
                neuron["w"][j] -= rate * neuron["delta"] * inputs[j]
            neuron["w"][-1] -= rate * neuron["delta"]


def train(network, rows, rate, epochs, classes):
    for epoch in range(epochs):
        loss = 0.0
        for row in rows:
            outputs = forward(network, row)
            expected = [0.0] * classes
            expected[int(row[-1])] = 1.0
            loss += sum((o - t) ** 2 for o, t in zip(outputs, expected)) / 2
            backward(network, expected)
            update(network, row, rate)
        if epoch % 20 == 0:
            print("epoch %3d  half squared error %.4f" % (epoch, loss / len(rows)))


def predict(network, row):
    outputs = forward(network, row)
    return outputs.index(max(outputs))


random.seed(4)
guests = make_guests(90)
squeeze(guests)
old_guests, new_guests = guests[:66], guests[66:]
network = make_network([3, 5, 4, 3])
train(network, old_guests, 0.7, 81, 3)
hits = sum(predict(network, row) == int(row[-1]) for row in new_guests)
print("new guests guessed:", hits, "of", len(new_guests))
