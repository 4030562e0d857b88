# red neuronal para el XOR, muestras en columnas
import numpy as np

np.random.seed(5)
entrada = np.array([[0., 0, 1, 1], [0, 1, 0, 1]])
objetivo = np.array([[0., 1, 1, 0]])
n_h = 4
m = entrada.shape[1]

w1 = np.random.randn(n_h, 2)
b1 = np.zeros((n_h, 1))
w2 = np.random.randn(1, n_h)
b2 = np.zeros((1, 1))
paso = 0.5

for vuelta in range(3000):
    h = np.tanh(w1 @ entrada + b1)
    s = 1 / (1 + np.exp(-(w2 @ h + b2)))
    perdida = -np.sum(objetivo * np.log(s) + (1 - objetivo) * np.log(1 - s)) / m

    d2 = s - objetivo
    gw2 = d2 @ h.T / m
    gb2 = np.sum(d2, axis=1, keepdims=True) / m
    d1 = (w2.T @ d2) * (1 - h ** 2) / m
    gw1 = d1 @ entrada.T
    gb1 = np.sum(d1, axis=0).reshape(n_h, 1)

    w1 -= paso * gw1
    b1 -= paso * gb1
    w2 -= paso * gw2
    b2 -= paso * gb2
    if vuelta % 500 == 0:
        print('vuelta', vuelta, 'perdida', perdida)

print('salida:', np.round(s, 2))
