# half adder: o1 = sum bit, o2 = carry bit
from math import exp
from random import seed, gauss

seed(0)
def f(z): return 1 / (1 + exp(-z))

u1, u2, u3, u4 = gauss(0, 2), gauss(0, 2), gauss(0, 2), gauss(0, 2)
c1, c2 = gauss(0, 1), gauss(0, 1)
v1, v2, v3, v4 = gauss(0, 2), gauss(0, 2), gauss(0, 2), gauss(0, 2)
d1, d2 = 0.0, 0.0
rate = 0.8
rows = [[0, 0, 0, 0], [0, 1, 1, 0], [1, 0, 1, 0], [1, 1, 0, 1]]

for epoch in range(6001):
    loss = 0
    for x1, x2, y1, y2 in rows:
        h1 = f(u1 * x1 + u2 * x2 + c1)
        h2 = f(u3 * x1 + u4 * x2 + c2)
        o1 = f(v1 * h1 + v2 * h2 + d1)
        o2 = f(v3 * h1 + v4 * h2 + d2)
        loss += ((y1 - o1) ** 2 + (y2 - o2) ** 2) / 2
        e1 = (y1 - o1) * o1 * (1 - o1)
        e2 = (y2 - o2) * o2 * (1 - o2)
        eh1 = e1 * v1 * h1 * (1 - h1)
        eh2 = (e1 * v2 + e2 * v4) * h2 * (1 - h2)
        u1 += rate * eh1 * x1
        u2 += rate * eh1 * x2
        u3 += rate * eh2 * x1
        u4 += rate * eh2 * x2
        c1 += rate * eh1
        c2 += rate * eh2
        v1 += rate * e1 * h1
        v2 += rate * e1 * h2
        v3 += rate * e2 * h1
        v4 += rate * e2 * h2
        d1 += rate * e1
        d2 += rate * e2
    if epoch % 1500 == 0:
        print(epoch, loss)
