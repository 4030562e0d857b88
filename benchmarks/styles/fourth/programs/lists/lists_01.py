import math
import random

random.seed(1)

def sigmoid(x):
    return 1.0 / (1.0 + math.exp(-x))

def layer(weights, biases, values):
    return [sigmoid(sum(w * v for w, v in zip(row, values)) + b)
            for row, b in zip(weights, biases)]

w_hidden = [[random.uniform(-1, 1) for _ in range(2)] for _ in range(3)]
b_hidden = [0.0, 0.0, 0.0]
w_out = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(3)]
b_out = [0.0, 0.0, 0.0]
rate = 0.8

# and, or, xor of two bits
examples = [([0, 0], [0, 0, 0]), ([0, 1], [0, 1, 1]), ([1, 0], [0, 1, 1]), ([1, 1], [1, 1, 0])]

for epoch in range(4000):
    total = 0.0
    for inp, target in examples:
        hidden = layer(w_hidden, b_hidden, inp)
        output = layer(w_out, b_out, hidden)
        total += sum((o - t) ** 2 for o, t in zip(output, target)) / 2
        deltas_out = [(o - t) * o * (1 - o) for o, t in zip(output, target)]
        deltas_hid = []
        for j in range(3):
            s = 0.0
            for k in range(3):
                s += deltas_out[k] * w_out[j][k]
            deltas_hid.append(s * hidden[j] * (1 - hidden[j]))
        for k in range(3): # update
            for j in range(3):
                w_out[k][j] -= rate * deltas_out[k] * hidden[j]
            b_out[k] -= rate * deltas_out[k]
        for j in range(3):
            for i in range(2):
                w_hidden[j][i] -= rate * deltas_hid[j] * inp[i]
            b_hidden[j] -= rate * deltas_hid[j]
    if epoch % 800 == 0:
        print(epoch, round(total, 5))
print("total", total)
