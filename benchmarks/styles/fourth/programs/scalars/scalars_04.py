import math, random
random.seed(9)

def target(x):
    return math.sin(x) + 0.3 * x

w, b, v = 0.9, 0.2, 0.5
w2, b2, v1 = -0.6, 0.4, 0.3
c = 0.0
rate = 0.05

for it in range(20000):
    x = random.uniform(-2, 2)
    y = target(x)
    h = math.tanh(w * x + b)
    k = math.tanh(w2 * x + b2)
    err = v * h + v1 * k + c - y
    dh2 = err * v1 * (1 - k * k)
    v = v - rate * err * h
    dh = err * v * (1 - h * h)
    c = c - rate * err
    v1 = v1 - rate * err * k
    w = w - rate * dh * x
    b = b - rate * dh
    w2 = w2 - rate * dh2 * x
    b2 = b2 - rate * dh2
    if it % 4000 == 0:
        print(it, err ** 2)

worst = 0
for i in range(41):
    x = -2 + i * 0.1
    p = v * math.tanh(w * x + b) + v1 * math.tanh(w2 * x + b2) + c
    worst = max(worst, abs(p - target(x)))
print("largest error", worst)
