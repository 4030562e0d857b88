from math import tanh, sin
import random

random.seed(14)
xs = [i / 10 - 2 for i in range(41)]
ys = [sin(1.5 * x) for x in xs]
n = len(xs)
w1 = [random.gauss(0, 1.5) for _ in range(4)]
b1 = [random.gauss(0, 1) for _ in range(4)]
w2 = [random.gauss(0, 0.5) for _ in range(4)]
lr = 0.2

def out(x):
    h = [tanh(w1[j] * x + b1[j]) for j in range(4)]
    return h, sum(w2[j] * h[j] for j in range(4))

for epoch in range(1500):
    gw1 = [0.0] * 4
    gb1 = [0.0] * 4
    gw2 = [0.0] * 4
    sse = 0.0
    for x, y in zip(xs, ys):
        h, p = out(x)
        e = p - y
        sse += e * e
        for j in range(4):
            gw2[j] += e * h[j]
            d = e * w2[j] * (1 - h[j] ** 2)
            gw1[j] += d * x
            gb1[j] += d
    for j in range(4): # apply
        w1[j] -= lr * gw1[j] / n
        b1[j] -= lr * gb1[j] / len(b1)
        w2[j] -= lr * gw2[j] / n
    if epoch % 300 == 0:
        print(epoch, sse / n)
print("mse", sse / n)
