import math, random

def sig(v):
    return 1 / (1 + math.exp(-v))

random.seed(4)
w1, w2, w3, w4, w5, w6 = [random.uniform(-2, 2) for _ in range(6)]
b1 = b2 = b3 = 0.1
lr = 0.7
samples = [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]

for epoch in range(8000):
    total = 0
    for x1, x2, t in samples:
        h1 = sig(w1 * x1 + w2 * x2 + b1)
        h2 = sig(w3 * x1 + w4 * x2 + b2)
        o = sig(w5 * h1 + w6 * h2 + b3)
        err = 0.5 * (o - t) ** 2
        total += err
        do = (o - t) * o * (1 - o)
        dh1 = do * w5 * h1 * (1 - h1)
        dh2 = do * w5 * h2 * (1 - h2)
        w1 -= lr * dh1 * x1
        w2 -= lr * dh1 * x2
        b1 -= lr * dh1
        w3 -= lr * dh2 * x1
        w4 -= lr * dh2 * x2
        b2 -= lr * dh2
        w5 -= lr * do * h1
        w6 -= lr * do * h2
        b3 -= lr * do
    if epoch % 2000 == 0:
        print(epoch, total)
print("final", total)
