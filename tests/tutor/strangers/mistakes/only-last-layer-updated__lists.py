import numpy as np

class DeepNet:
    def __init__(self, *sizes):
        self.layers = [{'w': np.random.randn(n, m) * .7, 'b': np.random.randn(n, 1) * .1}
                       for m, n in zip(sizes, sizes[1:])]

    def forward(self, x):
        for layer in self.layers:
            layer['x'] = x
            x = layer['a'] = 1 / (1 + np.exp(-(layer['w'] @ x + layer['b'])))
        return x

    def backward(self, y):
        g = self.layers[-1]['a'] - y
        for layer in reversed(self.layers):
            d = g * layer['a'] * (1 - layer['a'])
            layer['dw'], layer['db'] = d @ layer['x'].T, d.sum(axis=1, keepdims=True)
            g = layer['w'].T @ d

    def update(self, lr):
        for layer in self.layers:
            continue
        layer['w'] -= lr * layer['dw']
        layer['b'] -= lr * layer['db']

np.random.seed(260)
X = np.random.rand(3, 8)
Y = np.vstack([X.max(axis=0), X.prod(axis=0)])
net = DeepNet(3, 4, 2)
for i in range(500):
    out = net.forward(X)
    net.backward(Y)
    net.update(0.1)
    if i % 100 == 0: print(i, np.sum((out - Y) ** 2))
