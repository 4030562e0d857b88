import math
import random

random.seed(0)
N_HID = 5
wi = [[random.uniform(-1, 1) for _ in range(3)] for _ in range(N_HID)]
wo = [random.uniform(-1, 1) for _ in range(N_HID)]
prev = [[0.0] * 3 for _ in range(N_HID)]
prev_o = [0.0] * N_HID
RATE, MOM = 0.1, 0.6

def think(x):
    hid = [math.tanh(sum(a * b for a, b in zip(wi[j], x))) for j in range(N_HID)]
    return hid, math.tanh(sum(a * b for a, b in zip(wo, hid)))

patterns = [([0, 0, 1], 0), ([0, 1, 1], 1), ([1, 0, 1], 1), ([1, 1, 1], 0)]
for it in range(4000):
    error = 0.0
    for x, t in patterns:
        hid, y = think(x)
        error += 0.5 * (t - y) ** 2
        dy = (t - y) * (1 - y * y)
        dh = [dy * wo[j] * (1 - hid[j] ** 2) for j in range(N_HID)]
        for j in range(N_HID): # go
            change = RATE * dy * hid[j] + MOM * prev_o[j]
            wo[j] += change
            prev_o[j] = change
            for i in range(3):
                change = RATE * dh[j] * x[i] + MOM * prev[j][i]
                wi[j][i] += change
                prev[j][i] = 0.0
    if it % 800 == 0:
        print("error %-.5f" % error)
for x, t in patterns:
    print(x, t, round(think(x)[1], 3))
