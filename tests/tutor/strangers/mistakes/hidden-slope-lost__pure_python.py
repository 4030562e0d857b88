# lists only, tanh everywhere, exercise 4b
import math, random
random.seed(40)

IN, HID, OUT = 2, 3, 1
ETA = 0.2
to_hidden = [[random.uniform(-1, 1) for _ in range(IN + 1)] for _ in range(HID)]   # last = bias
to_out = [[random.uniform(-1, 1) for _ in range(HID)] for _ in range(OUT)]

def run(values):
    values = values + [1.0]
    hidden = [0.0] * HID
    for j in range(HID):
        s = 0.0
        for i in range(IN + 1):
            s += to_hidden[j][i] * values[i]
        hidden[j] = math.tanh(s)
    out = [0.0] * OUT
    for k in range(OUT):
        s = 0.0
        for j in range(HID):
            s += to_out[k][j] * hidden[j]
        out[k] = math.tanh(s)
    return values, hidden, out

def teach(values, wanted):
    values, hidden, out = run(values)
    red = [(wanted[k] - out[k]) * (1 - out[k] ** 2) for k in range(OUT)]
    blue = []
    for j in range(HID):
        share = 0.0
        for k in range(OUT):
            share += red[k] * to_out[k][j]
        blue.append(share)
    for k in range(OUT):
        for j in range(HID):
            to_out[k][j] += ETA * red[k] * hidden[j]
    for j in range(HID):
        for i in range(IN + 1):
            to_hidden[j][i] += ETA * blue[j] * values[i]
    return sum((w - o) ** 2 for w, o in zip(wanted, out)) / 2

table = [([-1.0, -1.0], [-0.9]), ([-1.0, 1.0], [0.9]), ([1.0, -1.0], [0.9]), ([1.0, 1.0], [-0.9])]
for lap in range(300):
    badness = sum(teach(a, b) for a, b in table)
    if lap % 100 == 0:
        print("lap", lap, "badness", round(badness, 5))
