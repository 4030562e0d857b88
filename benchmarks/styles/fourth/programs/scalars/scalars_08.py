from math import exp, log, tanh
import random

random.seed(21)
# is the number inside [-1, 1]?
numbers = [random.uniform(-3, 3) for _ in range(80)]
labels = [1 if -1 < x < 1 else 0 for x in numbers]

wa, wb = 1.0, -0.7
ba, bb = 0.3, 0.5
va, vb = 0.4, 0.6
b_o = 0.0
lr = 0.1

for epoch in range(300):
    loss = 0
    for x, y in zip(numbers, labels):
        s1 = tanh(wa * x + ba)
        s2 = tanh(wb * x + bb)
        p = 1 / (1 + exp(-(va * s1 + vb * s2 + b_o)))
        loss -= y * log(p) + (1 - y) * log(1 - p)
        d_o = p - y
        d1 = d_o * va * (1 - s1 ** 2)
        d2 = d_o * vb * (1 - s2 ** 2)
        va -= lr * d_o * s1
        vb -= lr * d_o * s2
        b_o += lr * d_o
        wa -= lr * d1 * x
        wb -= lr * d2 * x
        ba -= lr * d1
        bb -= lr * d2
    if epoch % 60 == 0:
        print(epoch, loss / len(numbers))
print("loss", loss / len(numbers))
