import numpy as np
np.random.seed(11)
X = np.random.randn(10, 2)
T = (X[:, :1] * X[:, 1:] > 0).astype(float)
Xb = np.hstack([X, np.ones((10, 1))])
V = np.random.randn(3, 4) * 0.5
W = np.random.randn(5, 1) * 0.5
for it in range(60):
    H = np.tanh(Xb @ V)
    Hb = np.c_[H, np.ones(len(H))]
    P = 1 / (1 + np.exp(-Hb @ W))
    D = (P - T) / len(X)
    DH = (D @ W[:-1].T) * (1 - H * H)
    W = W - 0.9 * Hb.T @ D
    V = V - 0.9 * Xb.T @ DH
print(-np.mean(T * np.log(P) + (1 - T) * np.log(1 - P)))
