# My notation (from the lecture): a = weighted sum, z = output of the unit.
import numpy as np

g = lambda a: 1 / (1 + np.exp(-a))

x = np.array([[.05, .9, .3, .6], [.2, .1, .8, .7], [.4, .4, .1, .9]])    # 3 features, 4 samples
d = np.array([[1, 0, 0, 1], [0, 1, 1, 0]])

np.random.seed(20)
omega1, theta1 = np.random.normal(size=(5, 3)), np.random.normal(size=(5, 1))
omega2, theta2 = np.random.normal(size=(2, 5)), np.random.normal(size=(2, 1))
eps = .25

for tau in range(3000):
    z1 = x
    a1 = omega1.dot(z1) + theta1
    z2 = g(a1)
    a2 = omega2.dot(z2) + theta2
    z3 = g(a2)
    e = z3 - d

    b2 = e * z3 * (1 - z3)
    b1 = z2 * (1 - z2) * omega2.T.dot(b2)

    omega1 = omega1 - eps * b1.dot(z1.T)
    theta1 = theta1 - eps * b1.sum(1, keepdims=True)
    omega2 = omega2 - eps * b2.dot(z2.T)
    theta2 = theta2 - eps * b2.sum(1, keepdims=True)

    if tau % 500 == 0: print(tau, (e ** 2).sum() / 2)
