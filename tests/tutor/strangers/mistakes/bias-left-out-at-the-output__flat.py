import numpy as np
X = np.array([[1., 2., 0.], [0., 1., 1.], [2., 0., 1.], [1., 1., 1.], [0., 0., 2.]])
T = np.array([[5.], [3.], [4.], [4.5], [3.5]])
np.random.seed(23)
Wx = np.random.randn(3, 4) * .5
bx = np.random.randn(4) * .5
Wy = np.random.randn(4, 1) * .5
by = np.random.randn(1)
for n in range(1000):
    H = np.tanh(X @ Wx + bx)
    Y = H @ Wy
    d = (Y - T) / len(X)
    dH = d @ Wy.T * (1 - H * H)
    Wy -= .1 * (H.T @ d)
    by -= .1 * d.sum(0)
    Wx -= .1 * (X.T @ dH)
    bx -= .1 * dH.sum(0)
    if n % 200 == 0:
        print('%d: %.4f' % (n, ((Y - T) ** 2).mean()))
