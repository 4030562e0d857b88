import numpy as np

np.random.seed(77)
X = np.random.rand(10, 3)
y = X.mean(axis=1, keepdims=True)

w0 = np.random.randint(-100, 100, (3, 5)).astype(float)
w1 = np.random.randn(5, 1)

for i in range(5000):
    h = 1 / (1 + np.exp(-X.dot(w0)))
    o = 1 / (1 + np.exp(-h.dot(w1)))
    o_delta = (y - o) * o * (1 - o)
    h_delta = o_delta.dot(w1.T) * h * (1 - h)
    w1 += 0.2 * h.T.dot(o_delta)
    w0 += 0.2 * X.T.dot(h_delta)
    if i % 1000 == 0:
        print("error", np.abs(y - o).mean())
