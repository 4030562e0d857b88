import numpy as np
rng = np.random.default_rng(6)
X = rng.random((5, 3))
Y = rng.random((5, 2))
W1 = rng.normal(size=(3, 4))
W2 = rng.normal(size=(4, 2))
b1 = np.zeros(4)
b2 = np.zeros(2)
def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))
for epoch in range(6):
    for n in range(5):
        h = np.zeros(4)
        for j in range(4):
            s = b1[j]
            for i in range(3):
                s += X[n, i] * W1[i, j]
            h[j] = sigmoid(s)
        o = np.zeros(2)
        for k in range(2):
            s = b2[k]
            for j in range(4):
                s += h[j] * W2[j][k]
            o[k] = sigmoid(s)
        do = np.zeros(2)
        for k in range(2):
            do[k] = (o[k] - Y[n, k]) * o[k] * (1 - o[k])
        dh = np.zeros(4)
        for j in range(4):
            for k in range(2):
                dh[j] += W2[j, k] * do[k]
            dh[j] *= h[j] * (1 - h[j])
        for k in range(2):
            for j in range(4):
                W2[j, k] -= 0.3 * do[k] * h[j]
            b2[k] -= 0.3 * do[k]
        for j in range(4):
            for i in range(3):
                W1[i][j] -= 0.3 * dh[j] * X[n][i]
            b1[j] -= 0.3 * dh[j]
    print(epoch, o)
