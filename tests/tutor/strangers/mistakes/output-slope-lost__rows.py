import numpy as np
np.random.seed(16)
tanh, dtanh = np.tanh, lambda a: 1 - a ** 2

def logistic(v):
    return 1 / (1 + np.exp(-v))

def train(X, y, hidden, lr, epochs):
    A = np.random.normal(0, 1, (X.shape[1], hidden))
    p = np.zeros(hidden)
    B = np.random.normal(0, 1, (hidden, y.shape[1]))
    q = np.zeros(y.shape[1])
    for e in range(epochs):
        h = tanh(X.dot(A) + p)
        o = logistic(h.dot(B) + q)
        mse = 0.5 * np.sum((o - y) ** 2) / len(X)
        d_o = (o - y) / len(X)
        d_h = d_o.dot(B.T) * dtanh(h)
        A -= lr * X.T.dot(d_h)
        p -= lr * d_h.sum(axis=0)
        B -= lr * h.T.dot(d_o)
        q -= lr * d_o.sum(axis=0)
        if e % 200 == 0:
            print('epoch %d: mse %.5f' % (e, mse))

X = np.random.rand(11, 3)
y = np.c_[X[:, 0] > .5, X[:, 1] > X[:, 2]].astype(float)
train(X, y, 5, .3, 800)
