import numpy as np

class Layer:
    def __init__(self, n_out, n_in, act, rs):
        self.W = rs.randn(n_out, n_in) * 0.7
        self.b = np.zeros((n_out, 1))
        self.act = act
        self.zero()

    def zero(self):
        self.grad_W = np.zeros_like(self.W)
        self.grad_b = np.zeros_like(self.b)

    def forward(self, x):
        self.x = x
        z = self.W @ x + self.b
        self.a = np.tanh(z) if self.act else z
        return self.a

    def backward(self, d):
        if self.act:
            d = d * (1 - self.a ** 2)
        self.grad_W += d @ self.x.T
        self.grad_b += d.sum(axis=1, keepdims=True)
        return self.W.T @ d

    def step(self, lr):
        self.W -= lr * self.grad_W
        self.b -= lr * self.grad_b

rs = np.random.RandomState(15)
data = rs.uniform(-1, 1, (2, 100))
goal = data[:1] * data[1:] + 0.2
net = [Layer(10, 2, True, rs), Layer(1, 10, False, rs)]
for it in range(1500):
    out = net[1].forward(net[0].forward(data))
    diff = out - goal
    net[0].backward(net[1].backward(diff / data.shape[1]))
    net[0].step(0.1)
    net[1].step(0.1)
    if it % 300 == 0:
        print(it, 0.5 * np.mean(diff ** 2))
print("loss", 0.5 * np.mean(diff ** 2))
