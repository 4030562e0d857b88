import numpy as np

class Schicht:
    def __init__(self, ein, aus, zufall):
        self.W = zufall.normal(0, np.sqrt(2 / ein), (ein, aus))
        self.b = np.zeros(aus)
    def forward(self, X):
        self.X = X
        return X @ self.W + self.b
    def backward(self, G):
        self.gW = self.X.T @ G
        self.gb = np.sum(G, axis=0)
        return G @ self.W.T
    def learn(self, lr):
        self.W -= lr * self.gW
        self.b -= lr * self.gb

class Relu:
    def forward(self, X):
        self.an = X > 0
        return X * self.an
    def backward(self, G):
        return G * self.an

class SoftmaxLoss:
    def forward(self, S, T):
        E = np.exp(S - np.max(S, axis=1, keepdims=True))
        self.P = E / np.sum(E, axis=1, keepdims=True)
        self.T = T
        return -np.sum(T * np.log(self.P + 1e-15)) / T.shape[0]
    def backward(self):
        return (self.P - self.T) / self.T.shape[1]

zufall = np.random.default_rng(6)
klassen = zufall.integers(0, 4, 240)
mitten = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])
X = mitten[klassen] + 0.45 * zufall.normal(size=(240, 2))
T = np.eye(4)[klassen]
h1, r, h2, lossl = Schicht(2, 16, zufall), Relu(), Schicht(16, 4, zufall), SoftmaxLoss()
for k in range(400):
    L = lossl.forward(h2.forward(r.forward(h1.forward(X))), T)
    h1.backward(r.backward(h2.backward(lossl.backward())))
    h1.learn(0.1)
    h2.learn(0.1)
    if k % 80 == 0:
        print(k, L)
print("Verlust", L)
