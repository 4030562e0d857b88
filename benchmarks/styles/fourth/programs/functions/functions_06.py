# kleines Netz in Funktionen, Kreise trennen
import numpy as np

zufall = np.random.RandomState(12)

def sigmoid(z):
    return 1 / (1 + np.exp(-z))

def vorwaerts(X, gew_h, bias_h, gew_o, bias_o):
    h = sigmoid(X.dot(gew_h) + bias_h)
    o = sigmoid(h.dot(gew_o) + bias_o)
    return h, o

def fehler(o, Y):
    return 0.5 * np.sum((o - Y) ** 2) / len(Y)

def schritt(X, Y, gew_h, bias_h, gew_o, bias_o, lr):
    h, o = vorwaerts(X, gew_h, bias_h, gew_o, bias_o)
    go = (o - Y) * o * (1 - o) / len(Y)
    gh = go.dot(gew_o.T) * h * (1 - h)
    bias_o = bias_o - lr * (lr * go).sum(axis=0)
    bias_h = bias_h - lr * gh.sum(axis=0)
    gew_o = gew_o - lr * h.T.dot(go)
    gew_h = gew_h - lr * X.T.dot(gh)
    return gew_h, bias_h, gew_o, bias_o

winkel = zufall.uniform(0, 6.283, 120)
radius = np.where(np.arange(120) < 60, 0.6, 1.8) + 0.15 * zufall.randn(120)
X = np.c_[radius * np.cos(winkel), radius * np.sin(winkel)]
Y = (np.arange(120) >= 60).astype(float)[:, None]
netz = (zufall.randn(2, 6), np.zeros(6), zufall.randn(6, 1), np.zeros(1))

for runde in range(3000):
    netz = schritt(X, Y, *netz, lr=2.0)
    if runde % 600 == 0:
        print(runde, fehler(vorwaerts(X, *netz)[1], Y))
print("Fehler am Ende:", fehler(vorwaerts(X, *netz)[1], Y))
