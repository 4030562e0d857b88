import numpy as np

class MLP:
    def __init__(self, d, h, k):
        r = np.random.RandomState(6)
        self.W1 = r.randn(d, h)
        self.b1 = np.zeros(h)
        self.W2 = r.randn(h, k) * 0.5
        self.b2 = np.zeros(k)

    def dtanh(self, z):
        return 1.0 / np.cosh(z) ** 2

    def forward(self, X):
        self.z1 = np.tanh(X.dot(self.W1) + self.b1)
        self.a1 = self.z1
        e = np.exp(self.a1.dot(self.W2) + self.b2)
        return e / e.sum(axis=1, keepdims=True)

    def loss(self, X, Y):
        return -np.sum(Y * np.log(self.forward(X))) / len(X)

    def gradient(self, X, Y):
        P = self.forward(X)
        dz2 = (P - Y) / len(X)
        dW2 = self.a1.T.dot(dz2)
        db2 = dz2.sum(axis=0)
        dz1 = dz2.dot(self.W2.T) * self.dtanh(self.z1)
        dW1 = X.T.dot(dz1)
        db1 = dz1.sum(axis=0)
        return dW1, db1, dW2, db2

    def fit(self, X, Y, steps, lr):
        for s in range(steps):
            dW1, db1, dW2, db2 = self.gradient(X, Y)
            self.W1 -= lr * dW1
            self.b1 -= lr * db1
            self.W2 -= lr * dW2
            self.b2 -= lr * db2
            if s % 200 == 0:
                print(s, self.loss(X, Y))

rs = np.random.RandomState(1)
lab = rs.randint(0, 3, 180)
rad = 0.5 + lab * 0.8 + 0.1 * rs.randn(180)         # three rings
phi = rs.rand(180) * 2 * np.pi
X = np.stack([rad * np.cos(phi), rad * np.sin(phi)], axis=1)
net = MLP(2, 16, 3)
net.fit(X, np.eye(3)[lab], 1000, 0.5)
print("accuracy", np.mean(net.forward(X).argmax(axis=1) == lab))
