import math, random
# two class softmax with scalars only
random.seed(5)
w1, w2, w3, w4, w5, w6, w7, w8 = (random.gauss(0, 1) for _ in range(8))
k1, k2, k3, k4 = 0.1, -0.1, 0.0, 0.0
lr = 0.1

pts = []
for _ in range(100):
    a, b = random.gauss(0, 1), random.gauss(0, 1)
    pts.append((a, b, 1 if a * a + 0.5 * b > 0.5 else 0))

for epoch in range(200):
    acc = 0
    for a, b, cls in pts:
        z1 = w1 * a + w2 * b + k1
        z2 = w3 * a + w4 * b + k2
        h1, h2 = math.tanh(z1), math.tanh(z2)
        s1 = w5 * h1 + w6 * h2 + k3
        s2 = w7 * h1 + w8 * h2 + k4
        q = math.exp(s1) + math.exp(s2)
        p1, p2 = math.exp(s1) / q, math.exp(s2) / q
        loss = -math.log(p2 if cls else p1)
        acc += (p2 > p1) == (cls == 1)

        ds1 = p1 - (1 - cls)
        ds2 = p2 - cls
        dz1 = (ds1 * w5 + ds2 * w7) * (1 - h1 * h1)
        dz2 = (ds1 * w6 + ds2 * w8) * (1 - h2 * h2)
        w5 -= lr * ds1 * h1
        w6 -= lr * ds1 * h2
        w7 -= lr * ds2 * h1
        w8 -= lr * ds2 * h2
        k3 -= lr * ds1
        k4 -= lr * ds2
        w1 -= lr * dz1 * a
        w2 -= lr * dz1 * b
        w3 -= lr * dz2 * a
        w4 -= lr * dz2 * b
        k1 -= lr * dz1
        k2 -= lr * dz2
    if epoch % 40 == 0:
        print(epoch, "accuracy", acc / len(pts))
print("accuracy", acc / len(pts))
