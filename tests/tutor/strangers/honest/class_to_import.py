"""A classifier in the manner of scikit-learn.

>>> clf = TinyMLP(hidden=5).fit(X, y)
>>> clf.predict(X)
"""
import numpy as np


class TinyMLP:
    def __init__(self, hidden=5, lr=0.3, n_iter=500, random_state=0):
        self.hidden = hidden
        self.lr = lr
        self.n_iter = n_iter
        self.random_state = random_state

    @staticmethod
    def _sigmoid(z):
        return 1.0 / (1.0 + np.exp(-z))

    def _init(self, n_features):
        rng = np.random.RandomState(self.random_state)
        self.coef_hidden_ = rng.normal(0, 0.5, (n_features, self.hidden))
        self.intercept_hidden_ = np.zeros(self.hidden)
        self.coef_out_ = rng.normal(0, 0.5, (self.hidden, 1))
        self.intercept_out_ = np.zeros(1)

    def _forward(self, X):
        H = np.tanh(X @ self.coef_hidden_ + self.intercept_hidden_)
        return H, self._sigmoid(H @ self.coef_out_ + self.intercept_out_)

    def fit(self, X, y):
        """X: array (n_samples, n_features); y: 0 or 1, (n_samples,)"""
        X = np.asarray(X, dtype=float)
        y = np.asarray(y, dtype=float).reshape(-1, 1)
        self._init(X.shape[1])
        self.loss_curve_ = []
        for _ in range(self.n_iter):
            H, p = self._forward(X)
            q = np.clip(p, 1e-10, 1 - 1e-10)
            self.loss_curve_.append(-np.mean(y * np.log(q) + (1 - y) * np.log(1 - q)))

            d_out = (p - y) / X.shape[0]
            d_hid = (d_out @ self.coef_out_.T) * (1 - H ** 2)

            self.coef_out_ -= self.lr * (H.T @ d_out)
            self.intercept_out_ -= self.lr * d_out.sum(axis=0)
            self.coef_hidden_ -= self.lr * (X.T @ d_hid)
            self.intercept_hidden_ -= self.lr * d_hid.sum(axis=0)
        return self

    def predict_proba(self, X):
        return self._forward(np.asarray(X, dtype=float))[1].ravel()

    def predict(self, X):
        return (self.predict_proba(X) > 0.5).astype(int)

    def score(self, X, y):
        return np.mean(self.predict(X) == np.asarray(y))
