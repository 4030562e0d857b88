import numpy as np
rng = np.random.RandomState(5)

def softmax(z):
    z = z - z.max(axis=0, keepdims=True)
    return np.exp(z) / np.exp(z).sum(axis=0, keepdims=True)

def fwd(X, W1, b1, W2, b2, mask, keep):
    A = np.tanh(W1.T @ X + b1)
    H = A * mask / keep
    P = softmax(W2.T @ H + b2)
    return A, H, P

def nll(P, T):
    return -(T * np.log(P)).sum() / T.shape[1]

def bwd(X, T, A, H, P, W1, b1, W2, b2, mask, keep):
    D = (P - T) / T.shape[1]
    gW2 = H @ D.T
    gb2 = D.sum(axis=1, keepdims=True)
    dH = W2 @ D
    dZ = dH * (1 - A * A)
    gW1 = X @ dZ.T
    gb1 = dZ.sum(axis=1, keepdims=True)
    return gW1, gb1, gW2, gb2

# four gaussian clouds as columns
lab = np.arange(160) % 4
cent = np.array([[2, 2], [-2, 2], [-2, -2], [2, -2]]).T
X = cent[:, lab] + 0.7 * rng.randn(2, 160)
T = np.eye(4)[:, lab]
W1 = rng.randn(2, 20) * 0.5
b1 = np.zeros((20, 1))
W2 = rng.randn(20, 4) * 0.3
b2 = np.zeros((4, 1))
keep = 0.8
for it in range(300):
    mask = (rng.rand(20, 160) < keep).astype(float)
    A, H, P = fwd(X, W1, b1, W2, b2, mask, keep)
    g = bwd(X, T, A, H, P, W1, b1, W2, b2, mask, keep)
    for w, d in zip((W1, b1, W2, b2), g):
        w -= 0.5 * d
    if it % 60 == 0:
        print(it, nll(P, T))
P = fwd(X, W1, b1, W2, b2, 1, 1)[2]
print("acc", (P.argmax(0) == lab).mean())
