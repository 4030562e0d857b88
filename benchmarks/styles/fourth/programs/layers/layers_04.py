import numpy as np
np.random.seed(19)

class FullyConnected:
    def __init__(self, fan_in, fan_out):
        limit = np.sqrt(6 / (fan_in + fan_out))
        self.W = np.random.uniform(-limit, limit, (fan_in, fan_out))
        self.b = np.zeros((1, fan_out))
        self.mW, self.mb = np.zeros_like(self.W), np.zeros_like(self.b)

    def forward(self, x):
        self.cache = x
        return x.dot(self.W) + self.b

    def backward(self, dout):
        self.dW = self.cache.T.dot(dout)
        self.db = dout.sum(axis=0, keepdims=True)
        return dout.dot(self.W.T)

    def update(self, lr, mu=0.9):
        self.mW = mu * self.mW + self.dW
        self.mb = mu * self.mb + self.db
        self.W -= lr * self.mW
        self.b -= lr * self.mb

class LeakyReLU:
    def forward(self, x):
        self.slope = np.where(x > 0, 1.0, 0.1)
        return x * self.slope

    def backward(self, dout):
        return dout * self.slope

    def update(self, lr):
        pass

def bce_loss(z, y):
    return np.mean(np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z))))

def run(x):
    for layer in layers:
        x = layer.forward(x)
    return x

X = np.random.uniform(-1, 1, (200, 2))
y = (np.sin(3 * X[:, :1]) > 2 * X[:, 1:]).astype(float)
layers = [FullyConnected(2, 16), LeakyReLU(), FullyConnected(16, 8), LeakyReLU(), FullyConnected(8, 1)]
for epoch in range(500):
    z = run(X)
    d = (1 / (1 + np.exp(-z)) - y) / len(y)
    for layer in layers[::-1]:
        d = layer.backward(d)
    for layer in layers:
        layer.update(0.05)
    if epoch % 100 == 0:
        print(epoch, bce_loss(z, y))
print("acc", np.mean((run(X) > 0) == y))
