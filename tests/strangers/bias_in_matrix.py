import numpy as np
X = np.random.rand(8, 2)
T = np.array([[1, 0]] * 4 + [[0, 1]] * 4)
Xb = np.c_[X, np.ones(len(X))]
V = np.random.uniform(-1, 1, (3, 4))
U = np.random.uniform(-1, 1, (5, 2))
g = lambda s: 1 / (1 + np.exp(-s))
eta = 0.2
for step in range(5000):
    H = g(Xb.dot(V))
    Hb = np.c_[H, np.ones(len(H))]
    O = g(Hb.dot(U))
    dO = (O - T) * O * (1 - O)
    dH = dO.dot(U[:-1].T) * H * (1 - H)
    U = U - eta * Hb.T.dot(dO)
    V = V - eta * Xb.T.dot(dH)
