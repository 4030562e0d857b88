import numpy as np

class RidgeNet:
    def __init__(self, inputs, hidden, lr=0.1, lam=0.01):
        rng = np.random.default_rng(40)
        self.W1 = rng.standard_normal((hidden, inputs))
        self.b1 = rng.standard_normal((hidden, 1))
        self.W2 = rng.standard_normal((1, hidden)) * 0.3
        self.b2 = np.zeros((1, 1))
        self.lr, self.lam = lr, lam

    def predict(self, X):
        self.H = 1 / (1 + np.exp(-(self.W1 @ X.T + self.b1)))
        return self.W2 @ self.H + self.b2

    def objective(self, X, y):
        err = self.predict(X) - y
        penalty = np.sum(self.W1 ** 2) + np.sum(self.W2 ** 2)
        return 0.5 * np.mean(err ** 2) + 0.5 * self.lam * penalty

    def train_once(self, X, y):
        n = X.shape[0]
        reg = self.lam / X.shape[0]
        D2 = (self.predict(X) - y) / n
        dW2 = D2 @ self.H.T + reg * self.W2
        db2 = D2.sum(axis=1, keepdims=True)
        D1 = self.W2.T @ D2 * self.H * (1 - self.H)
        dW1 = D1 @ X + reg * self.W1
        db1 = D1.sum(axis=1, keepdims=True)
        self.W1 = self.W1 - self.lr * dW1
        self.b1 = self.b1 - self.lr * db1
        self.W2 = self.W2 - self.lr * dW2
        self.b2 = self.b2 - self.lr * db2

rng = np.random.default_rng(2)
X = rng.uniform(-2, 2, (90, 2))
y = (X[:, 0] ** 2 - X[:, 1])[None, :]
net = RidgeNet(2, 12, lr=0.3, lam=1e-3)
for k in range(2500):
    net.train_once(X, y)
    if k % 500 == 0:
        print(k, net.objective(X, y))
print("objective", net.objective(X, y))
