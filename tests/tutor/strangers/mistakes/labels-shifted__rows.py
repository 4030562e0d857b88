import numpy as np

class Classifier:
    def __init__(self, n_in, n_hidden, n_classes):
        g = np.random.default_rng(5)
        self.n_classes = n_classes
        self.A, self.a = g.normal(size=(n_hidden, n_in)), np.zeros((n_hidden, 1))
        self.B, self.b = g.normal(size=(n_classes, n_hidden)), np.zeros((n_classes, 1))

    def forward(self, X):
        self.h = np.tanh(self.A @ X + self.a)
        s = self.B @ self.h + self.b
        e = np.exp(s - s.max(axis=0))
        self.p = e / e.sum(axis=0)
        return self.p

    def one_hot(self, labels):
        hot = np.zeros((self.n_classes, labels.size))
        hot[labels - 1, np.arange(labels.size)] = 1
        return hot

    def learn(self, X, labels, rate=0.2, rounds=300):
        m = X.shape[1]
        Y = self.one_hot(labels)
        for _ in range(rounds):
            ds = (self.forward(X) - Y) / m
            dh = self.B.T @ ds * (1 - self.h ** 2)
            self.B -= rate * ds @ self.h.T
            self.b -= rate * ds.sum(axis=1, keepdims=True)
            self.A -= rate * dh @ X.T
            self.a -= rate * dh.sum(axis=1, keepdims=True)

labels = np.array([0, 1, 2, 3, 0, 1, 2, 3, 2, 1])
X = np.random.default_rng(6).normal(size=(3, 10))
X[0] += labels
net = Classifier(3, 6, 4)
net.learn(X, labels)
print("right:", np.mean(net.forward(X).argmax(axis=0) == labels))
