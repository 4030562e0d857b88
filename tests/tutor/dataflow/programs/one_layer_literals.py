import numpy as np
X = np.array([[0, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1]])
y = np.array([[0, 1, 1, 0]]).T
np.random.seed(1)
w = 2 * np.random.random((3, 1)) - 1
bias = 0.0
for i in range(100):
    out = 1 / (1 + np.exp(-(np.dot(X, w) + bias)))
    error = y - out
    adj = error * out * (1 - out)
    w += np.dot(X.T, adj)
    bias += adj.sum()
print(out, bias)
