# a neural net in pure python, no libraries!!
from math import exp
from random import random, seed

seed(3)

data = [[2.7, 2.5, 0], [1.4, 2.3, 0], [3.3, 4.4, 0], [1.3, 1.8, 0],
        [7.6, 2.7, 1], [5.3, 2.0, 1], [6.9, 1.7, 1], [8.6, -0.2, 1]]

n_in, n_hid, n_out = 2, 3, 2
w_hid = [[random() - 0.5 for _ in range(n_in)] for _ in range(n_hid)]
b_hid = [random() - 0.5 for _ in range(n_hid)]
w_out = [[random() - 0.5 for _ in range(n_hid)] for _ in range(n_out)]
b_out = [random() - 0.5 for _ in range(n_out)]


def sig(v):
    return 1.0 / (1.0 + exp(-v))


def forward(row):
    h = []
    for j in range(n_hid):
        total = b_hid[j]
        for i in range(n_in):
            total += w_hid[j][i] * row[i]
        h.append(sig(total))
    o = []
    for k in range(n_out):
        total = b_out[k]
        for j in range(n_hid):
            total += w_out[k][j] * h[j]
        o.append(sig(total))
    return h, o


rate = 0.5
for epoch in range(200):
    sum_error = 0
    for row in data:
        h, o = forward(row)
        expected = [0, 0]
        expected[row[-1]] = 1
        sum_error += sum((expected[k] - o[k]) ** 2 for k in range(n_out))
        d_out = [(o[k] - expected[k]) * o[k] * (1 - o[k]) for k in range(n_out)]
        d_hid = []
        for j in range(n_hid):
            err = 0.0
            for k in range(n_out):
                err += w_out[k][j] * d_out[k]
            d_hid.append(err * h[j] * (1 - h[j]))
        for k in range(n_out):
            for j in range(n_hid):
                w_out[k][j] -= rate * d_out[k] * h[j]
            b_out[k] -= rate * d_out[k]
        for j in range(n_hid):
            for i in range(n_in):
                w_hid[j][i] -= rate * d_hid[j] * row[i]
            b_hid[j] -= rate * d_hid[j]
    if epoch % 20 == 0:
        print('>epoch=%d, error=%.3f' % (epoch, sum_error))
