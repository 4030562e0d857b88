import numpy as np

class Dense:
    def __init__(self, fan_in, fan_out):
        self.W = np.random.randn(fan_in, fan_out) * .6
        self.b = np.zeros((1, fan_out))
    def forward(self, X):
        self.X = X
        return X @ self.W + self.b
    def backward(self, dZ):
        n = dZ.shape[1]          # batch size
        self.dW = self.X.T @ dZ / n
        self.db = dZ.sum(axis=0, keepdims=True) / n
        return dZ @ self.W.T
    def step(self, lr):
        self.W -= lr * self.dW
        self.b -= lr * self.db

class Sigmoid:
    def forward(self, Z):
        self.A = 1 / (1 + np.exp(-Z))
        return self.A
    def backward(self, dA):
        return dA * self.A * (1 - self.A)
    def step(self, lr): pass

np.random.seed(200)
X = np.random.rand(9, 4)
Y = np.c_[X[:, 0], X[:, 1] * X[:, 2]]
layers = [Dense(4, 6), Sigmoid(), Dense(6, 2), Sigmoid()]
for epoch in range(1000):
    A = X
    for layer in layers:
        A = layer.forward(A)
    grad = A - Y
    for layer in reversed(layers):
        grad = layer.backward(grad)
    for layer in layers:
        layer.step(0.2)
    if epoch % 250 == 0:
        print("epoch", epoch, "mse", np.mean((A - Y) ** 2))
