import numpy as np
np.random.seed(1)
class Net:
    def __init__(self, n, h, m):
        self.W1 = np.random.randn(n, h) * 0.6
        self.b1 = np.zeros((1, h))
        self.W2 = np.random.randn(h, m) * 0.6
        self.b2 = np.zeros((1, m))
    def sigmoid(self, z):
        return 1 / (1 + np.exp(-z))
    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = np.tanh(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.a2 = self.sigmoid(self.z2)
        return self.a2
    def backward(self, X, y, lr):
        m = len(X)
        d2 = (self.a2 - y) * self.a2 * (1 - self.a2)
        dW2 = self.a1.T @ d2 / m
        db2 = d2.sum(axis=0, keepdims=True) / m
        d1 = d2 @ self.W2.T * (1 - self.a1 ** 2)
        dW1 = X.T @ d1 / m
        db1 = d1.sum(axis=0, keepdims=True) / m
        self.W1 -= lr * dW1
        self.b1 -= lr * db1
        self.W2 -= lr * dW2
        self.b2 -= lr * db2
X = np.random.rand(7, 3)
y = np.random.rand(7, 2)
net = Net(3, 4, 2)
for epoch in range(50):
    net.forward(X)
    net.backward(X, y, 0.5)
print(net.forward(X))
