import numpy as np
np.random.seed(0)
X = np.random.randn(10, 3)
Y = np.random.randn(10, 2)
w1 = np.random.randn(3, 4); w2 = np.random.randn(4, 2)
c = 0.5
for epoch in range(100):
    z = X.dot(w1)
    h = np.tanh(z)
    o = h.dot(w2)
    e = (o - Y) / len(X)
    gw2 = np.clip(h.T.dot(e), -c, c)
    gw1 = np.clip(X.T.dot(e.dot(w2.T) * (1 - h * h)), -c, c)
    w1 -= 0.1 * gw1
    w2 -= 0.1 * gw2
