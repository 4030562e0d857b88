import numpy as np
# 3 spiral arms, 2 features, one row per point
rng = np.random.RandomState(0)
per_arm = 30
K = 3
pts = []
t = []
for arm in range(K):
    r = np.linspace(0.1, 1, per_arm)
    th = 2.2 * r + arm * 2 * np.pi / 3 + rng.randn(per_arm) * 0.12
    pts.append(np.c_[r * np.cos(th), r * np.sin(th)])
    t += [arm] * per_arm
X = np.vstack(pts)
t = np.array(t)
N = len(X)
rows = np.arange(N)

# parameters
hidden = 20
W1 = rng.randn(2, hidden) * 0.7
b1 = np.zeros(hidden)
W2 = rng.randn(hidden, K) * 0.3
b2 = np.zeros(K)
lr = 0.5

for it in range(1, 1001):
    # forward
    hid = np.maximum(0, X @ W1 + b1)
    logits = hid @ W2 + b2
    logits = logits - logits.max(axis=1, keepdims=True)   # so exp can't overflow
    e = np.exp(logits)
    P = e / e.sum(axis=1, keepdims=True)
    loss = -np.log(P[rows, t]).mean()

    # backward
    G = P.copy()
    G[rows, t] -= 1
    G /= N
    dW2 = hid.T @ G
    db2 = G.sum(axis=0)
    dhid = G @ W2.T
    dhid[hid <= 0] = 0
    dW1 = X.T @ dhid
    db1 = dhid.sum(axis=0)

    # step
    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2

    if it == 1 or it % 250 == 0:
        print(it, loss)

hid = np.maximum(0, X @ W1 + b1)
guess = (hid @ W2 + b2).argmax(axis=1)
print('right:', (guess == t).sum(), 'of', N)
