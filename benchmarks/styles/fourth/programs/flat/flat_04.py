# circles, mini batches
import numpy as np
np.random.seed(7)
n = 200
r = np.concatenate([np.random.uniform(0, 1, n // 2), np.random.uniform(1.5, 2.5, n // 2)])
ang = np.random.uniform(0, 2 * np.pi, n)
X = np.c_[r * np.cos(ang), r * np.sin(ang), np.ones(n)]
Y = np.r_[np.zeros(n // 2), np.ones(n // 2)].reshape(-1, 1)

def sig(v):
    return 1 / (1 + np.exp(-v))

w1 = np.random.randn(3, 8)
w2 = np.random.randn(8, 1)
lr = 0.5
batch = 20

for epoch in range(300):
    perm = np.random.permutation(n)
    X_s = X[perm]
    Y_s = Y
    for k in range(0, n, batch):
        xb = X_s[k:k + batch]
        yb = Y_s[k:k + batch]
        h = sig(xb @ w1)
        o = sig(h @ w2)
        cost = -np.mean(yb * np.log(o) + (1 - yb) * np.log(1 - o))
        e = (o - yb) / len(xb)
        dw2 = h.T @ e
        dw1 = xb.T @ (e @ w2.T * h * (1 - h))
        w1 -= lr * dw1
        w2 -= lr * dw2
    if epoch % 50 == 0:
        print(epoch, cost)
pred = sig(sig(X @ w1) @ w2) > 0.5
print("accuracy:", np.mean(pred == Y))
