import numpy as np

class Softmax:
    def __call__(self, s):
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return e / e.max(axis=1, keepdims=True)

class Classifier:
    def __init__(self, sizes):
        r = np.random.RandomState(402)
        self.W1, self.b1 = r.randn(sizes[0], sizes[1]) * .6, np.zeros(sizes[1])
        self.W2, self.b2 = r.randn(sizes[1], sizes[2]) * .6, np.zeros(sizes[2])
        self.softmax = Softmax()

    def forward(self, X):
        self.h = np.tanh(X @ self.W1 + self.b1)
        return self.softmax(self.h @ self.W2 + self.b2)

    def train(self, X, Y, lr, epochs):
        for epoch in range(epochs):
            p = self.forward(X)
            d = (p - Y) / len(X)
            dh = d @ self.W2.T * (1 - self.h ** 2)
            self.W2 -= lr * self.h.T @ d
            self.b2 -= lr * d.sum(axis=0)
            self.W1 -= lr * X.T @ dh
            self.b1 -= lr * dh.sum(axis=0)
            if epoch % 50 == 0:
                print(epoch, 'accuracy', np.mean(p.argmax(1) == Y.argmax(1)))

r = np.random.RandomState(0)
labels = np.arange(18) % 3
X = r.randn(18, 4)
X[np.arange(18), labels] += 2
Classifier([4, 5, 3]).train(X, np.eye(3)[labels], 0.2, 200)
