import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

class OneHidden:
    def __init__(self, d, h):
        self.W1 = np.random.randn(d, h)
        self.b1 = np.random.randn(h)
        self.W2 = np.random.randn(h, 1)
        self.b2 = np.random.randn(1)

    def forward(self, X):
        self.z1 = X @ self.W1 + self.b1
        self.a1 = sigmoid(self.z1)
        self.z2 = self.a1 @ self.W2 + self.b2
        self.a2 = sigmoid(self.z2)
        return self.a2

    def predict(self, X):
        return sigmoid(self.forward(X))

    def fit(self, X, y, lr=0.3, epochs=600):
        for epoch in range(epochs):
            y_hat = self.predict(X)
            d2 = (y_hat - y) * y_hat * (1 - y_hat)
            d1 = d2 @ self.W2.T * self.a1 * (1 - self.a1)
            self.W2 -= lr * self.a1.T @ d2
            self.b2 -= lr * d2.sum(0)
            self.W1 -= lr * X.T @ d1
            self.b1 -= lr * d1.sum(0)
            if epoch % 200 == 0:
                print(epoch, np.mean((y - y_hat) ** 2))

np.random.seed(44)
X = np.random.rand(10, 3)
y = (X[:, :1] > X[:, 1:2]) * 1.
OneHidden(3, 4).fit(X, y)
