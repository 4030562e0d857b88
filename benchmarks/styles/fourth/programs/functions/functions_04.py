import numpy as np

def softmax(s):
    e = np.exp(s - np.max(s, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)

def xent(X, T, W, b, V, c):
    P = softmax(np.tanh(X @ W + b) @ V + c)
    return -np.sum(T * np.log(P)) / X.shape[0]

def compute_grads(X, T, W, b, V, c):
    H = np.tanh(X @ W + b)
    P = softmax(H @ V + c)
    D = (P - T) / X.shape[0]
    gV = H.T @ D
    gc = D.sum(axis=0)
    DH = D @ V.T * (1 - H ** 2)
    gW = X.T @ DH
    gb = DH.sum(axis=0)
    return [gW, gb, gV, gc]

def adam_step(params, grads, m, v, t, lr=0.01, b1=0.9, b2=0.999, eps=1e-8):
    for i in range(len(params)):
        m[i] = b1 * m[i] + (1 - b1) * grads[i]
        v[i] = b2 * v[i] + (1 - b2) * grads[i] ** 2
        m_hat = m[i] / (1 - b1 ** t)
        v_hat = v[i] / (1 - b1 ** t)
        params[i] -= lr * m_hat / (np.sqrt(v_hat) + eps)

rng = np.random.default_rng(21)
proto = rng.integers(0, 2, (5, 16)).astype(float)   # tiny 4x4 "digits"
labels = rng.integers(0, 5, 200)
X = proto[labels] + 0.2 * rng.normal(size=(200, 16))
T = np.eye(5)[labels]

params = [rng.normal(0, 0.3, (16, 10)), np.zeros(10), rng.normal(0, 0.3, (10, 5)), np.zeros(5)]
m = [np.zeros_like(p) for p in params]
v = [np.zeros_like(p) for p in params]
for t in range(1, 201):
    g = compute_grads(X, T, *params)
    adam_step(params, g, m, v, t)
    if t % 40 == 1:
        print(t, xent(X, T, *params))
print("end", xent(X, T, *params))
