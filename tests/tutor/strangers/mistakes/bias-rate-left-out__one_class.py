import numpy as np

class MLPClassifier:
    def __init__(self, n_features, n_hidden, n_classes, alpha=0.05):
        r = np.random.RandomState(240)
        self.W_h = r.normal(0, .5, (n_features, n_hidden))
        self.b_h = np.zeros(n_hidden)
        self.W_o = r.normal(0, .5, (n_hidden, n_classes))
        self.b_o = np.zeros(n_classes)
        self.alpha = alpha

    def _softmax(self, s):
        e = np.exp(s - s.max(1, keepdims=True))
        return e / e.sum(1, keepdims=True)

    def fit(self, X, y, epochs=200):
        Y = np.eye(self.b_o.size)[y]
        for epoch in range(epochs):
            h = np.tanh(X @ self.W_h + self.b_h)
            p = self._softmax(h @ self.W_o + self.b_o)
            if epoch % 50 == 0:
                print(epoch, -np.log(p[range(len(y)), y]).mean())
            d_o = (p - Y) / len(X)
            d_h = d_o @ self.W_o.T * (1 - h ** 2)
            self.W_o -= self.alpha * h.T @ d_o
            self.b_o -= d_o.sum(axis=0)
            self.W_h -= self.alpha * X.T @ d_h
            self.b_h -= d_h.sum(axis=0)
        return self

rng = np.random.RandomState(241)
X = rng.randn(21, 4)
y = np.arange(21) % 3
X[np.arange(21), y] += 2
MLPClassifier(4, 6, 3).fit(X, y)
