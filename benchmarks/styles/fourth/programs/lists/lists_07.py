import math, random
random.seed(6)

sizes = [2, 4, 1]
weights = [[[random.uniform(-2, 2) for _ in range(sizes[l])] for _ in range(sizes[l + 1])] for l in range(2)]
bias = [[random.uniform(-1, 1) for _ in range(sizes[l + 1])] for l in range(2)]

def forward(x):
    outs = [x]
    for l in range(2):
        row = []
        for j in range(sizes[l + 1]):
            z = bias[l][j] + sum(weights[l][j][i] * outs[-1][i] for i in range(sizes[l]))
            row.append(1 / (1 + math.exp(-z)))
        outs.append(row)
    return outs

table = [([0, 0], 1), ([0, 1], 0), ([1, 0], 0), ([1, 1], 1)]   # xnor
for it in range(4000):
    loss = 0
    for x, t in table:
        outs = forward(x)
        y = outs[2][0]
        loss += 0.5 * (y - t) ** 2
        delta = [None, [(y - t) * y * (1 - y)]]
        delta[0] = [delta[1][0] * weights[1][0][j] * outs[1][j] * (1 - outs[1][j]) for j in range(4)]
        for j in range(len(delta[0])): # upd
            weights[1][0][j] -= 0.9 * delta[1][0] * outs[1][j]
            for i in range(2):
                weights[0][j][i] -= 0.9 * delta[0][j] * outs[1][i]
            bias[0][j] -= 0.9 * delta[0][j]
        bias[1][0] -= 0.9 * delta[1][0]
    if it % 800 == 0:
        print(it, loss)
print([round(forward(x)[2][0], 3) for x, t in table])
