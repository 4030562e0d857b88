import math
import random
random.seed(18)
def dot(u, v): return sum(a * b for a, b in zip(u, v))
def tanh(z): return math.tanh(z)
W1 = [[random.gauss(0, 0.5) for _ in range(3)] for _ in range(4)]
b1 = [0.0] * 4
W2 = [random.gauss(0, 0.5) for _ in range(4)]
b2 = 0.0
xs = [[random.random() for _ in range(3)] for _ in range(6)]
ts = [math.sin(sum(x)) for x in xs]
lr = 0.1
for epoch in range(10):
    loss = 0
    for x, t in zip(xs, ts):
        h = [tanh(dot(row, x) + b) for row, b in zip(W1, b1)]
        out = dot(W2, h) + b2
        loss += (out - t) ** 2
        d = 2 * (out - t)
        dh = [d * w * (1 - a * a) for w, a in zip(W2, h)]
        W2 = [w - lr * d * a for w, a in zip(W2, h)]
        b2 = b2 - lr * d
        W1 = [[w - lr * g * xi for w, xi in zip(row, x)] for row, g in zip(W1, dh)]
        b1 = [b - lr * g for b, g in zip(b1, dh)]
    print(epoch, loss)
