import numpy as np

class Parameter:
    def __init__(self, value):
        self.value = value
        self.grad = np.zeros_like(value)

class Linear:
    def __init__(self, n_in, n_out):
        self.w = Parameter(np.random.randn(n_in, n_out) / np.sqrt(n_in))
        self.b = Parameter(np.zeros(n_out))

    def forward(self, x):
        self.x = x
        return x @ self.w.value + self.b.value

    def backward(self, g):
        self.w.grad += self.x.T @ g
        self.b.grad += g.sum(axis=0)
        return g @ self.w.value.T

class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, g):
        return g * (1 - self.y ** 2)

class Optimizer:
    def __init__(self, params, lr):
        self.params, self.lr = params, lr

    def zero_grad(self):
        for p in self.params:
            p.grad = np.zeros_like(p.value)

    def step(self):
        for p in self.params:
            p.value -= self.lr * p.grad

np.random.seed(290)
X = np.random.uniform(-2, 2, (16, 2))
Y = np.sin(X[:, :1]) + 0.3 * X[:, 1:]
net = [Linear(2, 6), Tanh(), Linear(6, 1)]
optim = Optimizer([p for l in (net[0], net[2]) for p in (l.w, l.b)], lr=0.02)
optim.zero_grad()
for epoch in range(200):
    out = X
    for layer in net:
        out = layer.forward(out)
    loss = np.mean((out - Y) ** 2)
    g = 2 * (out - Y) / len(X)
    for layer in reversed(net):
        g = layer.backward(g)
    optim.step()
    if epoch % 40 == 0:
        print(epoch, loss)
