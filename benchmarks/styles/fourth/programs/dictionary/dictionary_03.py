# clasificación de tres clases tipo iris con diccionarios y momento
import numpy as np
np.random.seed(20)

medias = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
clase = np.random.randint(0, 3, 120)
X = medias[clase] + np.random.randn(120, 4) * 0.3
X = X - X.mean(axis=0)
T = np.eye(3)[clase]

parametros = {"W1": np.random.randn(4, 7) * 0.4, "b1": np.zeros((1, 7)),
              "W2": np.random.randn(7, 3) * 0.4, "b2": np.zeros((1, 3))}
velocidad = {k: np.zeros_like(v) for k, v in parametros.items()}

def adelante(X, q):
    A = 1 / (1 + np.exp(-(X @ q["W1"] + q["b1"])))
    S = A @ q["W2"] + q["b2"]
    E = np.exp(S - S.max(axis=1, keepdims=True))
    return {"A": A, "P": E / E.sum(axis=1, keepdims=True)}

def atras(X, T, q, cache):
    A, P = cache["A"], cache["P"]
    dS = (P - T) / len(X)
    dA = dS @ q["W2"].T
    dZ = dA * A * (1 - A)
    return {"W2": A.T @ dS, "b2": dS.sum(axis=0, keepdims=True),
            "W1": X.T @ dZ, "b1": dZ.sum(axis=0, keepdims=True)}

for epoca in range(400):
    cache = adelante(X, parametros)
    grads = atras(X, T, parametros, cache)
    for k in parametros:
        velocidad[k] = 0.9 * velocidad[k] - 0.1 * grads[k]
        parametros[k] += velocidad[k]
    if epoca % 80 == 0:
        print(epoca, -np.mean(np.log(cache["P"][np.arange(120), clase])))
print("aciertos", np.mean(cache["P"].argmax(1) == clase))
