from math import exp
from random import random, seed
seed(1)
def initialize(n_in, n_hidden, n_out):
    hidden = [{"weights": [random() for _ in range(n_in + 1)]} for _ in range(n_hidden)]
    output = [{"weights": [random() for _ in range(n_hidden + 1)]} for _ in range(n_out)]
    return [hidden, output]
def activate(weights, inputs):
    total = weights[-1]
    for i in range(len(weights) - 1):
        total += weights[i] * inputs[i]
    return total
def transfer(z):
    return 1.0 / (1.0 + exp(-z))
def forward(net, row):
    inputs = row
    for layer in net:
        new = []
        for neuron in layer:
            neuron["output"] = transfer(activate(neuron["weights"], inputs))
            new.append(neuron["output"])
        inputs = new
    return inputs
def derivative(out):
    return out * (1.0 - out)
def backward(net, expected):
    for i in reversed(range(len(net))):
        layer = net[i]
        errors = []
        if i != len(net) - 1:
            for j in range(len(layer)):
                error = 0.0
                for neuron in net[i + 1]:
                    error += neuron["weights"][j] * neuron["delta"]
                errors.append(error)
        else:
            for j in range(len(layer)):
                errors.append(layer[j]["output"] - expected[j])
        for j in range(len(layer)):
            layer[j]["delta"] = errors[j] * derivative(layer[j]["output"])
def update(net, row, rate):
    for i in range(len(net)):
        inputs = row[:-1]
        if i != 0:
            inputs = [neuron["output"] for neuron in net[i - 1]]
        for neuron in net[i]:
            for j in range(len(inputs)):
                neuron["weights"][j] -= rate * neuron["delta"] * inputs[j]
            neuron["weights"][-1] -= rate * neuron["delta"]
rows = [[2.78, 2.55, 0], [1.46, 2.36, 0], [3.39, 4.4, 0], [7.62, 2.75, 1], [5.33, 2.08, 1]]
rows = [[a / 8, b / 8, c] for a, b, c in rows]
net = initialize(2, 2, 2)
for epoch in range(20):
    total = 0
    for row in rows:
        outputs = forward(net, row)
        expected = [0 for _ in range(2)]
        expected[row[-1]] = 1
        total += sum((expected[i] - outputs[i]) ** 2 for i in range(2))
        backward(net, expected)
        update(net, row, 0.5)
    print(epoch, total)
