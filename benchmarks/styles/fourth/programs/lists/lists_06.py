import math, random
random.seed(18)
H = 4
W = [[random.gauss(0, 1) for _ in range(2)]] * H
B = [random.gauss(0, 1) for _ in range(H)]
V = [random.gauss(0, 1) for _ in range(H)]
c = 0.0

def vor(x):
    act = []
    for j in range(H):
        act.append(math.tanh(W[j][0] * x[0] + W[j][1] * x[1] + B[j]))
    z = c + sum(V[j] * act[j] for j in range(H))
    return act, 1 / (1 + math.exp(-z))

# innen oder aussen?
punkte = []
for k in range(100):
    r = 0.6 if k % 2 else 1.6
    w = random.uniform(0, 6.28)
    punkte.append(([r * math.cos(w), r * math.sin(w)], k % 2))

for runde in range(150):
    verlust = 0
    for x, t in punkte:
        act, out = vor(x)
        verlust -= t * math.log(out) + (1 - t) * math.log(1 - out)
        fehler = out - t
        d = [fehler * V[j] * (1 - act[j] ** 2) for j in range(H)]
        for j in range(H): # learn
            V[j] -= 0.1 * fehler * act[j]
            B[j] -= 0.1 * d[j]
            W[j][0] -= 0.1 * d[j] * x[0]
            W[j][1] -= 0.1 * d[j] * x[1]
        c -= 0.1 * fehler
    if runde % 30 == 0:
        print(runde, verlust / 100)
print("Verlust", verlust / 100)
