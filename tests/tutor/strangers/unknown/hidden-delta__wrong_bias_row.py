# augmented matrices: the bias is the LAST row of U and V
import numpy as np

g = lambda s: 1 / (1 + np.exp(-s))
rnd = np.random.RandomState(414)
D = rnd.rand(13, 3)
T = np.c_[D[:, 0] > .5, D[:, 1] > D[:, 2]] * 1.0
U = rnd.randn(3 + 1, 5)
V = rnd.randn(5 + 1, 2)
one = np.ones((len(D), 1))

for sweep in range(1500):
    I = np.hstack([D, one])
    H = g(I @ U)
    H1 = np.hstack([H, one])
    O = g(H1 @ V)
    dV = (O - T) * O * (1 - O)
    dU = dV @ V[1:].T * H * (1 - H)
    V = V - 0.2 * H1.T @ dV
    U = U - 0.2 * I.T @ dU
    if sweep % 300 == 0:
        print(sweep, 0.5 * np.sum((O - T) ** 2))
