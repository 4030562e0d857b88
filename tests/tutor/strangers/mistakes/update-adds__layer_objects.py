import numpy as np

class Layer:
    def __init__(self, rng, n_in, n_out, act):
        self.W = rng.normal(0, n_in ** -0.5, (n_out, n_in))
        self.b = np.zeros(n_out)
        self.act = act

    def forward(self, x):
        self.x = x
        z = x @ self.W.T + self.b
        self.a = np.tanh(z) if self.act == 'tanh' else z
        return self.a

    def backward(self, upstream, rate):
        delta = upstream * (1 - self.a ** 2) if self.act == 'tanh' else upstream
        passed = delta @ self.W
        self.W += rate * delta.T @ self.x
        self.b += rate * delta.sum(axis=0)
        return passed

rng = np.random.default_rng(350)
X = rng.normal(size=(18, 3))
Y = np.c_[X[:, 0] * X[:, 1], np.abs(X[:, 2])]
net = [Layer(rng, 3, 6, 'tanh'), Layer(rng, 6, 2, None)]
for epoch in range(30):
    out = X
    for l in net:
        out = l.forward(out)
    loss = 0.5 * np.mean(np.sum((out - Y) ** 2, axis=1))
    signal = (out - Y) / len(X)
    for l in reversed(net):
        signal = l.backward(signal, 0.02)
    if epoch % 10 == 0:
        print(epoch, loss)
