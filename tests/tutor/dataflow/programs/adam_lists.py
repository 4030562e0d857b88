import numpy as np
np.random.seed(13)
X = np.random.randn(12, 3)
labels = np.random.randint(0, 4, 12)
W = [np.random.randn(3, 6) * 0.3, np.random.randn(6, 4) * 0.3]
B = [np.zeros(6), np.zeros(4)]
theta = W + B
m = [np.zeros_like(p) for p in theta]
v = [np.zeros_like(p) for p in theta]
for t in range(1, 25):
    h = np.maximum(X @ theta[0] + theta[2], 0)
    s = h @ theta[1] + theta[3]
    s = s - s.max(axis=1, keepdims=True)
    p = np.exp(s) / np.exp(s).sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(12), labels]).mean()
    ds = p.copy()
    ds[np.arange(12), labels] -= 1
    ds /= 12
    dh = ds @ theta[1].T
    dh[h <= 0] = 0
    grads = [X.T @ dh, h.T @ ds, dh.sum(0), ds.sum(0)]
    for i, g in enumerate(grads):
        m[i] = 0.9 * m[i] + 0.1 * g
        v[i] = 0.999 * v[i] + 0.001 * g ** 2
        mh = m[i] / (1 - 0.9 ** t)
        vh = v[i] / (1 - 0.999 ** t)
        theta[i] = theta[i] - 0.01 * mh / (np.sqrt(vh) + 1e-8)
print(loss)
