# Fit a wavy curve with layer objects. Each layer knows how to go forward and back.
import numpy as np

rng = np.random.default_rng(3)
LEARN = 0.05
DECAY = 0.004      # weight decay (L2), weights only


class Dense:
    def __init__(self, fan_in, fan_out):
        self.W = rng.normal(0, 1.2 / np.sqrt(fan_in), (fan_in, fan_out))
        self.b = rng.normal(0, 0.3, fan_out)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, g):
        # g = d loss / d output of this layer, one row per sample
        dW = self.x.T @ g
        db = g.sum(axis=0)
        back = g @ self.W.T
        self.W -= LEARN * (dW + DECAY * self.W)
        self.b -= LEARN * db
        return back


class Tanh:
    def forward(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, g):
        return g * (1 - self.out ** 2)


def curve(x):
    return np.sin(2.5 * x) + 0.4 * x


def run(net, x):
    for layer in net:
        x = layer.forward(x)
    return x


def mse(pred, y):
    return np.mean((pred - y) ** 2)


x = np.linspace(-2, 2, 60).reshape(-1, 1)
y = curve(x) + rng.normal(0, 0.05, x.shape)

net = [Dense(1, 12), Tanh(), Dense(12, 12), Tanh(), Dense(12, 1)]
print("before:", mse(run(net, x), y))

for epoch in range(400):
    idx = rng.permutation(60)
    for start in range(0, 60, 15):
        pick = idx[start:start + 15]
        xb, yb = x[pick], y[pick]
        pred = run(net, xb)
        g = 2 * (pred - yb) / len(xb)
        for layer in reversed(net):
            g = layer.backward(g)
    if (epoch + 1) % 100 == 0:
        print("epoch", epoch + 1, "mse", mse(run(net, x), y))
