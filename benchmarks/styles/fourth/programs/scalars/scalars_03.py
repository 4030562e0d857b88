import math
import random

# ein Neuron mit tanh, ein lineares: y = 0.8 * tanh(1.5 x - 0.4)
random.seed(0)
punkte = []
for _ in range(40):
    x = random.uniform(-2, 2)
    punkte.append((x, 0.8 * math.tanh(1.5 * x - 0.4)))

w = 0.3
b = 0.0
v = 0.5
c = 0.0
rate = 0.1

for runde in range(300):
    summe = 0.0
    random.shuffle(punkte)
    for x, y in punkte:
        h = math.tanh(w * x + b)
        aus = v * h + c
        fehler = aus - y
        summe += fehler * fehler
        dh = fehler * v * (1 - h * h)
        v = v - rate * fehler * h
        c = c - rate * fehler
        w = w - rate * dh * x
        b = b - rate * dh
    if runde % 60 == 0:
        print(runde, summe / len(punkte))
print("w", w, "b", b, "v", v, "c", c)
