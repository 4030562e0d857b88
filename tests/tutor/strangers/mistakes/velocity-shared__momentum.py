import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class Momentum:
    def __init__(self, lr=0.1, beta=0.9):
        self.lr, self.beta, self.v = lr, beta, 0

    def step(self, w, grad):
        self.v = self.beta * self.v + grad
        return w - self.lr * self.v

np.random.seed(320)
X = np.random.rand(12, 4)
Y = np.roll(X, 1, axis=1) * 0.8
W1, W2 = np.random.randn(4, 4), np.random.randn(4, 4)
optimizer = Momentum()
for epoch in range(500):
    H = sigmoid(X @ W1)
    O = sigmoid(H @ W2)
    d2 = (O - Y) * O * (1 - O) / len(X)
    d1 = d2 @ W2.T * H * (1 - H)
    W1 = optimizer.step(W1, X.T @ d1)
    W2 = optimizer.step(W2, H.T @ d2)
    if epoch % 100 == 0:
        print(epoch, np.mean((O - Y) ** 2))
