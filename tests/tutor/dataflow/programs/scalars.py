import math, random
random.seed(4)
def f(z):
    return 1 / (1 + math.exp(-z))
w1, w2, w3, w4 = (random.uniform(-1, 1) for _ in range(4))
w5 = random.uniform(-1, 1)
w6 = random.uniform(-1, 1)
b1 = 0.35
b2 = 0.35
b3 = 0.6
rate = 0.5
data = [(0.05, 0.1, 0.01), (0.4, 0.9, 0.99), (0.7, 0.2, 0.5)]
for epoch in range(20):
    for x1, x2, t in data:
        h1 = f(w1 * x1 + w2 * x2 + b1)
        h2 = f(w3 * x1 + w4 * x2 + b2)
        o = f(w5 * h1 + w6 * h2 + b3)
        d = (o - t) * o * (1 - o)
        d1 = d * w5 * h1 * (1 - h1)
        d2 = d * w6 * h2 * (1 - h2)
        w5 -= rate * d * h1
        w6 -= rate * d * h2
        b3 -= rate * d
        w1 -= rate * d1 * x1
        w2 -= rate * d1 * x2
        w3 -= rate * d2 * x1
        w4 -= rate * d2 * x2
        b1 -= rate * d1
        b2 -= rate * d2
print(w1, w2, w3, w4, w5, w6)
