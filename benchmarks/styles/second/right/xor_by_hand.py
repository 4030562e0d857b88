# XOR with three hidden neurons, every weight a number of its own.
# -1 stands for false, +1 for true; tanh everywhere; squared error of one row at a time.
import math

table = [
    (-1.0, -1.0, -1.0),
    (-1.0, +1.0, +1.0),
    (+1.0, -1.0, +1.0),
    (+1.0, +1.0, -1.0),
]

# into the hidden neurons
w1, w2, b1 = 0.62, -0.41, 0.13
w3, w4, b2 = -0.35, -0.58, 0.22
w5, w6, b3 = 0.27, 0.74, -0.31
# into the output neuron
v1, v2, v3, c = 0.45, -0.66, 0.53, 0.05

rate = 0.08


def slope(a):
    # of tanh, from its value
    return 1 - a * a


for turn in range(301):
    total = 0.0
    for x1, x2, want in table:
        n1 = w1 * x1 + w2 * x2 + b1
        n2 = w3 * x1 + w4 * x2 + b2
        n3 = w5 * x1 + w6 * x2 + b3
        h1, h2, h3 = math.tanh(n1), math.tanh(n2), math.tanh(n3)
        y = math.tanh(v1 * h1 + v2 * h2 + v3 * h3 + c)
        total += (y - want) ** 2

        e = 2 * (y - want) * slope(y)
        e1 = e * v1 * slope(h1)
        e2 = e * v2 * slope(h2)
        e3 = e * v3 * slope(h3)

        v1 -= rate * e * h1
        v2 -= rate * e * h2
        v3 -= rate * e * h3
        c -= rate * e
        w1 -= rate * e1 * x1
        w2 -= rate * e1 * x2
        b1 -= rate * e1
        w3 -= rate * e2 * x1
        w4 -= rate * e2 * x2
        b2 -= rate * e2
        w5 -= rate * e3 * x1
        w6 -= rate * e3 * x2
        b3 -= rate * e3
    if turn % 50 == 0:
        print("turn", turn, "loss", total / 4)

for x1, x2, want in table:
    h1 = math.tanh(w1 * x1 + w2 * x2 + b1)
    h2 = math.tanh(w3 * x1 + w4 * x2 + b2)
    h3 = math.tanh(w5 * x1 + w6 * x2 + b3)
    y = math.tanh(v1 * h1 + v2 * h2 + v3 * h3 + c)
    print(x1, x2, "->", round(y, 3), "should be", want)
