import numpy as np
import matplotlib
matplotlib.use('Agg')
import matplotlib.pyplot as plt

np.random.seed(380)
X = np.random.uniform(0, 1, (10, 3))
T = (X @ np.array([[1.0], [-1.0], [0.5]]) > 0.2).astype(float)
U, c = np.random.randn(3, 4), np.random.randn(4)
V, d = np.random.randn(4, 1), np.random.randn(1)

def logistic(q): return 1 / (1 + np.exp(-q))
def logistic_slope(p): return 1 - p

errors = []
for i in range(1000):
    H = logistic(X @ U + c)
    Y = logistic(H @ V + d)
    E = Y - T
    errors.append(np.sum(E ** 2) / 2)
    DY = E * logistic_slope(Y)
    DH = DY @ V.T * logistic_slope(H)
    V -= 0.1 * H.T @ DY
    d -= 0.1 * DY.sum(0)
    U -= 0.1 * X.T @ DH
    c -= 0.1 * DH.sum(0)
plt.plot(errors)
plt.savefig('/dev/null', format='png')
print(errors[0], errors[-1])
