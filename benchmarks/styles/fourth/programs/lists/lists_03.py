import math, random
random.seed(30)
# softmax over three classes with lists; last input / hidden entry is a constant 1
H, K = 6, 3
V = [[random.gauss(0, 0.6) for _ in range(3)] for _ in range(H)]
U = [[random.gauss(0, 0.6) for _ in range(H + 1)] for _ in range(K)]

def dot(a, b):
    return sum(p * q for p, q in zip(a, b))

def run(x):
    h = [max(0.0, dot(row, x)) for row in V] + [1.0]
    s = [dot(row, h) for row in U]
    top = max(s)
    e = [math.exp(v - top) for v in s]
    return h, [v / sum(e) for v in e]

centres = [(0, 1.5), (1.5, -1), (-1.5, -1)]
train = []
for n in range(90):
    c = n % 3
    train.append(([centres[c][0] + random.gauss(0, 0.4), centres[c][1] + random.gauss(0, 0.4), 1.0], c))

for epoch in range(60):
    random.shuffle(train)
    loss, ok = 0.0, 0
    for x, label in train:
        h, p = run(x)
        loss -= math.log(p[label])
        ok += p.index(max(p)) == label
        ds = [p[k] - (1 if k == label else 0) for k in range(K)]
        dh = [sum(ds[k] * U[k][j] for k in range(K)) if h[j] > 0 else 0.0 for j in range(H)]
        for j in range(H): # step
            for i in range(3):
                V[j][i] -= 0.05 * dh[j] * x[i]
        for k in range(K):
            for j in range(H + 1):
                U[k][j] -= 0.05 * ds[k] * h[j]
    if epoch % 10 == 0:
        print(epoch, loss / 90, ok / 90)
print("loss", loss / 90)
