"""Is a point inside the circle? Layers as objects; gradients gathered sample by sample."""
import numpy as np

rng = np.random.default_rng(21)


class Dense:
    def __init__(self, n_in, n_out):
        self.W = rng.normal(scale=1.5 / np.sqrt(n_in), size=(n_out, n_in))
        self.b = np.zeros(n_out)
        self.run_W = np.zeros_like(self.W)
        self.run_b = np.zeros_like(self.b)
        self.clear()

    def clear(self):
        self.grad_W = np.zeros_like(self.W)
        self.grad_b = np.zeros_like(self.b)

    def forward(self, x):
        self.x = x
        return self.W @ x + self.b

    def backward(self, g):
        self.grad_W += np.outer(g, self.x)
        self.grad_b += g
        return self.W.T @ g

    def step(self, rate, mu, count):
        self.run_W = mu * self.run_W + self.grad_W / count
        self.run_b = mu * self.run_b + self.grad_b / count
        self.W = self.W - rate * self.run_W
        self.b = self.b - rate * self.run_b
        self.clear()


class Tanh:
    def forward(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, g):
        return g * (1 - self.y**2)


class Sigmoid:
    def forward(self, x):
        self.y = 1 / (1 + np.exp(-x))
        return self.y

    def backward(self, g):
        return g * self.y * (1 - self.y)


class YesNoLoss:
    """Binary cross-entropy of one sample."""

    def forward(self, p, t):
        self.p, self.t = np.clip(p, 1e-9, 1 - 1e-9), t
        return float(-(t * np.log(self.p) + (1 - t) * np.log(1 - self.p))[0])

    def backward(self):
        return (1 - self.t) / (1 - self.p) - self.t / self.p


net = [Dense(2, 8), Tanh(), Dense(8, 8), Sigmoid(), Dense(8, 1), Sigmoid()]
judge = YesNoLoss()


def run(x):
    for layer in net:
        x = layer.forward(x)
    return x


def back(g):
    for layer in reversed(net):
        g = layer.backward(g)


spots = rng.uniform(-1, 1, size=(90, 2))
radius = np.hypot(spots[:, 0], spots[:, 1])
inside = (radius < 0.65).astype(float)

for epoch in range(60):
    order = rng.permutation(len(spots))
    total = 0.0
    for chunk in np.split(order, 15):
        for n in chunk:
            total += judge.forward(run(spots[n]), inside[n])
            back(judge.backward())
        for layer in net:
            if isinstance(layer, Dense):
                layer.step(rate=0.4, mu=0.8, count=len(chunk))
    if epoch % 20 == 0:
        print(f"epoch {epoch}: loss {total / len(spots):.4f}")

says = np.array([run(s)[0] > 0.5 for s in spots])
print("agree:", np.mean(says == (inside > 0.5)))
