# Frutas: [peso, rojo, liso] -> [manzana, naranja, ciruela]
# Sin numpy, solo listas. Una muestra a la vez.
import math
import random

random.seed(5)

datos = [
    ([0.80, 0.90, 0.70], [1, 0, 0]),
    ([0.75, 0.80, 0.80], [1, 0, 0]),
    ([0.85, 0.60, 0.75], [1, 0, 0]),
    ([0.70, 0.95, 0.65], [1, 0, 0]),
    ([0.95, 0.40, 0.20], [0, 1, 0]),
    ([0.90, 0.35, 0.10], [0, 1, 0]),
    ([1.00, 0.45, 0.30], [0, 1, 0]),
    ([0.80, 0.30, 0.25], [0, 1, 0]),
    ([0.20, 0.50, 0.95], [0, 0, 1]),
    ([0.15, 0.70, 0.90], [0, 0, 1]),
    ([0.30, 0.45, 0.85], [0, 0, 1]),
    ([0.25, 0.65, 1.00], [0, 0, 1]),
]

n = 3          # entradas, ocultas y salidas: tres de cada una
tasa = 0.6
pesos_oc = [[random.uniform(-1, 1) for i in range(n)] for j in range(n)]   # [oculta][entrada]
pesos_sal = [[random.uniform(-1, 1) for j in range(n)] for k in range(n)]  # [salida][oculta]
sesgo_oc = [0.1, -0.1, 0.0]
sesgo_sal = [0.0, 0.1, -0.1]


def sigmoide(z):
    return 1 / (1 + math.exp(-z))


def adelante(x):
    h = []
    for j in range(n):
        z = sesgo_oc[j]
        for i in range(n):
            z += pesos_oc[j][i] * x[i]
        h.append(sigmoide(z))
    s = []
    for k in range(n):
        z = sesgo_sal[k]
        for j in range(n):
            z += pesos_sal[k][j] * h[j]
        s.append(sigmoide(z))
    return h, s


def aprender(x, meta):
    h, s = adelante(x)
    # errores de la salida
    d_sal = []
    for k in range(n):
        d_sal.append((s[k] - meta[k]) * s[k] * (1 - s[k]))
    # errores de la capa oculta
    d_oc = []
    for j in range(n):
        suma = 0.0
        for k in range(n):
            suma += pesos_sal[k][j] * d_sal[k]
        d_oc.append(suma * h[j] * (1 - h[j]))
    # mover los pesos
    for k in range(n):
        for j in range(n):
            pesos_sal[k][j] -= tasa * d_sal[k] * h[j]
        sesgo_sal[k] -= tasa * d_sal[k]
    for j in range(n):
        for i in range(n):
            pesos_oc[j][i] -= tasa * d_oc[j] * x[i]
        sesgo_oc[j] -= tasa * d_oc[j]
    return sum((s[k] - meta[k]) ** 2 for k in range(n)) / 2


for vuelta in range(600):
    error = 0
    for x, meta in datos:
        error += aprender(x, meta)
    if vuelta % 100 == 0:
        print("vuelta", vuelta, "error", error)

for x, meta in datos:
    print(x, [round(v, 2) for v in adelante(x)[1]], meta)
