import random
from math import tanh

random.seed(12)
n_in, n_h = 3, 5
W1 = [[random.gauss(0, 1) for i in range(3)] for j in range(n_h)]
W2 = [random.gauss(0, 0.5) for j in range(n_h)]

def forward(x):
    h = [tanh(sum(W1[j][k] * x[k] for k in range(3))) for j in range(n_h)]
    o = sum(W2[j] * h[j] for j in range(n_h))
    return h, o

# third input is the constant one (bias)
data = []
for _ in range(60):
    a, b = random.uniform(-1, 1), random.uniform(-1, 1)
    data.append(([a, b, 1.0], a * b + 0.5 * a))

lr = 0.03
for epoch in range(500):
    loss = 0
    for x, t in data:
        h, o = forward(x)
        loss += (o - t) ** 2
        do = 2 * (o - t)
        dh = [do * W2[j] * (1 - h[j] * h[j]) for j in range(n_h)]
        for j in range(n_h): # weights
            W2[j] -= lr * do * h[j]
            for i in range(n_in - 1):
                W1[j][i] -= lr * dh[j] * x[i]
    if epoch % 100 == 0:
        print(epoch, loss / len(data))
print("mse", loss / len(data))
