# Seedlings: will it survive? inputs are (water, light), both scaled to -1..1
# My first network written as a class: tanh in the middle, one sigmoid at the end.
import numpy as np

np.random.seed(11)


class SeedlingNet:
    def __init__(self, n_in, n_hidden, lr=0.25, beta=0.8):
        self.W1 = np.random.randn(n_in, n_hidden) * 0.8
        self.b1 = np.zeros((1, n_hidden))
        self.W2 = np.random.randn(n_hidden, 1) * 0.8
        self.b2 = np.zeros((1, 1))
        self.lr = lr
        self.beta = beta            # momentum
        self.vW1 = np.zeros_like(self.W1)
        self.vb1 = np.zeros_like(self.b1)
        self.vW2 = np.zeros_like(self.W2)
        self.vb2 = np.zeros_like(self.b2)

    def sigmoid(self, z):
        return 1.0 / (1.0 + np.exp(-z))

    def forward(self, X):
        self.Z1 = X @ self.W1 + self.b1
        self.A1 = np.tanh(self.Z1)
        self.Z2 = self.A1 @ self.W2 + self.b2
        self.A2 = self.sigmoid(self.Z2)
        return self.A2

    def loss(self, y):
        # binary cross-entropy
        return -np.mean(y * np.log(self.A2) + (1 - y) * np.log(1 - self.A2))

    def backward(self, X, y):
        m = X.shape[0]
        dZ2 = (self.A2 - y) / m
        self.dW2 = self.A1.T @ dZ2
        self.db2 = np.sum(dZ2, axis=0, keepdims=True)
        dA1 = dZ2 @ self.W2.T
        dZ1 = dA1 * (1 - self.A1 ** 2)
        self.dW1 = X.T @ dZ1
        self.db1 = np.sum(dZ1, axis=0, keepdims=True)

    def update(self):
        self.vW1 = self.beta * self.vW1 + self.dW1
        self.vb1 = self.beta * self.vb1 + self.db1
        self.vW2 = self.beta * self.vW2 + self.dW2
        self.vb2 = self.beta * self.vb2 + self.db2
        self.W1 -= self.lr * self.vW1
        self.b1 -= self.lr * self.vb1
        self.W2 -= self.lr * self.vW2
        self.b2 -= self.lr * self.vb2

    def accuracy(self, X, y):
        return np.mean((self.forward(X) > 0.5) == (y > 0.5))


# a plant survives when neither thing is too far off
plants = np.random.uniform(-1, 1, (100, 2))
alive = ((plants[:, 0] - 0.2) ** 2 + plants[:, 1] ** 2 < 0.45).astype(float).reshape(-1, 1)
X_train, y_train = plants[:50], alive[:50]
X_test, y_test = plants[50:], alive[50:]

net = SeedlingNet(2, 8)
for epoch in range(801):
    net.forward(X_train)
    cost = net.loss(y_train)
    net.backward(X_train, y_train)
    net.update()
    if epoch % 200 == 0:
        print("epoch", epoch, "loss", round(cost, 4))

print("train accuracy:", net.accuracy(X_train, y_train))
print("test accuracy: ", net.accuracy(X_test, y_test))
