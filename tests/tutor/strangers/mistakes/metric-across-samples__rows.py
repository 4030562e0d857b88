import numpy as np

r = np.random.RandomState(9)
kind = np.arange(21) % 3
X = r.randn(21, 2) + 2 * np.eye(3)[kind][:, :2]
T = np.eye(3)[kind]
W, c = r.randn(2, 7) * 0.5, np.zeros((1, 7))
V, d = r.randn(7, 3) * 0.5, np.zeros((1, 3))

def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

for epoch in range(200):
    H = np.maximum(0, X @ W + c)
    P = softmax(H @ V + d)
    E = (P - T) / len(X)
    back = E @ V.T * (H > 0)
    V -= 0.3 * H.T @ E
    d -= 0.3 * E.sum(axis=0, keepdims=True)
    W -= 0.3 * X.T @ back
    c -= 0.3 * back.sum(axis=0, keepdims=True)
    best = np.argmax(P, axis=0)
    print(epoch, "accuracy", np.mean(np.isin(best, kind)))
