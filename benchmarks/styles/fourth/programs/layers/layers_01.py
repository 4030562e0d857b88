import numpy as np
rng = np.random.default_rng(10)

class Dense:
    def __init__(self, n):
        self.W = rng.normal(0, 1 / np.sqrt(n), (n, n))
        self.b = np.zeros(n)
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0)
        return grad @ self.W

class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y
    def backward(self, grad):
        return grad * (1 - self.y ** 2)

def predict(net, x):
    for layer in net:
        x = layer.forward(x)
    return x

X = rng.uniform(-1, 1, (120, 3))
Y = np.stack([X[:, 0] * X[:, 1], X[:, 1] - X[:, 2], X[:, 2] ** 2], axis=1)
net = [Dense(3), Tanh(), Dense(3), Tanh(), Dense(3)]
for epoch in range(2000):
    out = predict(net, X)
    g = 2 * (out - Y) / out.size
    for layer in reversed(net):
        g = layer.backward(g)
    for layer in net: # update
        if isinstance(layer, Dense):
            layer.W -= 0.3 * layer.dW
            layer.b -= 0.3 * layer.db
    if epoch % 400 == 0:
        print(epoch, np.mean((out - Y) ** 2))
print("mse", np.mean((out - Y) ** 2))
