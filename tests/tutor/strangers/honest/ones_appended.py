# bias trick: a column of ones is glued to the data and to the hidden layer,
# so the last column of each weight matrix IS the bias.
import numpy as np

rnd = np.random.RandomState(0)


def with_ones(a):
    return np.hstack([a, np.ones((a.shape[0], 1))])


def f(s):
    return 1 / (1 + np.exp(-s))


patterns = rnd.rand(12, 3)
goal = np.c_[patterns[:, 0] > patterns[:, 1], patterns[:, 2] > 0.4].astype(float)

A = rnd.uniform(-1, 1, (4, 3 + 1))     # hidden x (inputs + bias)
B = rnd.uniform(-1, 1, (2, 4 + 1))     # outputs x (hidden + bias)
eta = 0.4

for sweep in range(3000):
    P = with_ones(patterns)
    H = f(P @ A.T)
    H1 = with_ones(H)
    O = f(H1 @ B.T)

    dO = (O - goal) * O * (1 - O)
    dH = (dO @ B[:, :-1]) * H * (1 - H)    # the bias column gets no error

    B -= eta * dO.T @ H1
    A -= eta * dH.T @ P

    if sweep % 600 == 0:
        print('sweep', sweep, 'sse', np.sum((O - goal) ** 2))
