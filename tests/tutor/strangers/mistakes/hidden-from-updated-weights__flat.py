import numpy as np
np.random.seed(10)
X = np.array([[0., 0., 1.], [0., 1., 1.], [1., 0., 1.], [1., 1., 0.], [.5, .5, 1.]])
y = np.array([[0., 1.], [1., 1.], [1., 0.], [0., 0.], [1., 0.]])
w0 = np.random.uniform(size=(3, 4)); c0 = np.random.uniform(size=(1, 4))
w1 = np.random.uniform(size=(4, 2)); c1 = np.random.uniform(size=(1, 2))
alpha = 0.4
s = lambda v: 1 / (1 + np.exp(-v))
for k in range(3000):
    h = s(X.dot(w0) + c0)
    o = s(h.dot(w1) + c1)
    g = (y - o) * o * (1 - o)
    w1 += alpha * h.T.dot(g)
    c1 += alpha * g.sum(0, keepdims=True)
    gh = g.dot(w1.T) * h * (1 - h)
    w0 += alpha * X.T.dot(gh)
    c0 += alpha * gh.sum(0, keepdims=True)
    if k % 1000 == 0: print(k, ((y - o) ** 2).sum())
