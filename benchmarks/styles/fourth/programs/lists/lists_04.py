import math
import random

random.seed(2)

def neuron_list(n, n_in):
    return [{"w": [random.uniform(-1, 1) for _ in range(n_in + 1)]} for _ in range(n)]

def slope(o):
    return o * (1.0 - o)

def forward(network, row):
    values = list(row)
    for layer in network:
        new = []
        for neuron in layer:
            a = neuron["w"][-1] + sum(w * v for w, v in zip(neuron["w"], values))
            neuron["output"] = 1.0 / (1.0 + math.exp(-a))
            new.append(neuron["output"])
        values = new
    return values

def train_layer(network, i, row, rate):
    values = row if i == 0 else [n["output"] for n in network[i - 1]]
    for neuron in network[i]:
        for k, v in enumerate(values):
            neuron["w"][k] += rate * neuron["delta"] * v
        neuron["w"][-1] += rate * neuron["delta"]

def learn(network, row, target, rate):
    forward(network, row)
    for i in reversed(range(len(network))):
        if i == len(network) - 1:
            errors = [target - network[i][0]["output"]]
        else:
            errors = [sum(n["w"][j] * n["delta"] for n in network[i + 1]) for j in range(len(network[i]))]
        for j, neuron in enumerate(network[i]):
            neuron["delta"] = errors[j] * slope(neuron["output"])
        train_layer(network, i, row, rate)

network = [neuron_list(4, 2), neuron_list(1, 4)]
xor = [((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0)]
for epoch in range(5000):
    for row, target in xor:
        learn(network, row, target, 1.0)
    if epoch % 1000 == 0:
        print(epoch, sum((forward(network, r)[0] - t) ** 2 for r, t in xor))
for r, t in xor:
    print(r, t, round(forward(network, r)[0], 3))
