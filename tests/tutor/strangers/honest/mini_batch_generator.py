import numpy as np

def batches(X, y, size):
    for s in range(0, len(X), size):
        yield X[s:s+size], y[s:s+size]

def sigmoid(x): return 1/(1+np.exp(-x))

class Linear:
    def __init__(self, i, o):
        self.W, self.b = np.random.randn(i, o)*0.5, np.zeros((1, o))
    def forward(self, x):
        self.x = x
        return x @ self.W + self.b
    def backward(self, g):
        self.dW = self.x.T @ g
        self.db = g.sum(0, keepdims=True)
        return g @ self.W.T

class Sigmoid:
    def forward(self, x):
        self.y = sigmoid(x)
        return self.y
    def backward(self, g):
        return g * self.y * (1 - self.y)

class SGD:
    def __init__(self, layers, lr): self.layers, self.lr = layers, lr
    def step(self):
        for l in self.layers:
            if hasattr(l, 'W'):
                l.W -= self.lr*l.dW
                l.b -= self.lr*l.db

class BCELoss:
    def forward(self, p, y):
        self.p, self.y = p, y
        return -np.mean(y*np.log(p) + (1-y)*np.log(1-p))
    def backward(self):
        # the full derivative, sigmoid comes after
        return -(self.y/self.p - (1-self.y)/(1-self.p)) / len(self.y)

np.random.seed(12)
X = np.random.randn(24, 3)
y = ((X**2).sum(1, keepdims=True) > 2.5)*1.0
model = [Linear(3, 6), Sigmoid(), Linear(6, 1), Sigmoid()]
criterion, optimizer = BCELoss(), SGD(model, 0.5)
for epoch in range(300):
    for xb, yb in batches(X, y, 8):
        out = xb
        for layer in model: out = layer.forward(out)
        loss = criterion.forward(out, yb)
        g = criterion.backward()
        for layer in model[::-1]: g = layer.backward(g)
        optimizer.step()
    if epoch % 60 == 0: print(epoch, loss)
