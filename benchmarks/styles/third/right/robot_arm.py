"""A robot arm with two joints: where does the hand end up?

I wanted my own mini framework: every layer knows forward() and backward(),
the optimizer (Adam) gets the parameters and does the rest.
"""

import numpy as np

gen = np.random.default_rng(99)


class Dense:
    def __init__(self, inputs, outputs):
        limit = np.sqrt(6 / (inputs + outputs))
        self.W = gen.uniform(-limit, limit, (inputs, outputs))
        self.b = np.zeros(outputs)

    def forward(self, x):
        self.x = x
        return x @ self.W + self.b

    def backward(self, grad):
        self.dW = self.x.T @ grad
        self.db = grad.sum(axis=0)
        return grad @ self.W.T

    def parameters(self):
        return [self.W, self.b]

    def gradients(self):
        return [self.dW, self.db]


class Tanh:
    def forward(self, x):
        self.x = x
        self.out = np.tanh(x)
        return self.out

    def backward(self, grad):
        return grad * (1 - self.out**2)

    def parameters(self):
        return []

    def gradients(self):
        return []


class MeanSquaredError:
    def forward(self, guess, truth):
        self.diff = guess - truth
        return np.mean(self.diff**2)

    def backward(self):
        return 2 * self.diff / self.diff.size


class Model:
    def __init__(self, layers):
        self.layers = layers

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, grad):
        for layer in reversed(self.layers):
            grad = layer.backward(grad)

    def parameters(self):
        return [p for layer in self.layers for p in layer.parameters()]

    def gradients(self):
        return [g for layer in self.layers for g in layer.gradients()]


class Adam:
    def __init__(self, params, lr=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        self.params = params
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m = [np.zeros_like(p) for p in params]
        self.v = [np.zeros_like(p) for p in params]
        self.t = 0

    def step(self, grads):
        self.t += 1
        for i, (p, g) in enumerate(zip(self.params, grads)):
            self.m[i] = self.beta1 * self.m[i] + (1 - self.beta1) * g
            self.v[i] = self.beta2 * self.v[i] + (1 - self.beta2) * g**2
            m_hat = self.m[i] / (1 - self.beta1**self.t)
            v_hat = self.v[i] / (1 - self.beta2**self.t)
            p -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


# joints in radians, upper arm 1.0 m, lower arm 0.7 m
angles = gen.uniform(-1.5, 1.5, (330, 2))
hands = np.column_stack(
    [
        np.cos(angles[:, 0]) + 0.7 * np.cos(angles[:, 0] + angles[:, 1]),
        np.sin(angles[:, 0]) + 0.7 * np.sin(angles[:, 0] + angles[:, 1]),
    ]
)
train_x, train_y = angles[:300], hands[:300]
check_x, check_y = angles[300:], hands[300:]

layers = [Dense(2, 14), Tanh()]
for _ in range(2):
    layers += [Dense(14, 14), Tanh()]
layers.append(Dense(14, 2))
model = Model(layers)
loss = MeanSquaredError()
adam = Adam(model.parameters(), lr=0.005)

batch = 30
for epoch in range(61):
    order = gen.permutation(300)
    losses = []
    for start in range(0, 300, batch):
        pick = order[start : start + batch]
        guess = model.forward(train_x[pick])
        losses.append(loss.forward(guess, train_y[pick]))
        model.backward(loss.backward())
        adam.step(model.gradients())
    if epoch % 20 == 0:
        check = np.mean((model.forward(check_x) - check_y) ** 2)
        print(f"epoch {epoch:2d}   train {np.mean(losses):.5f}   check {check:.5f}")

miss = model.forward(check_x) - check_y
distance = np.sqrt((miss**2).sum(axis=1)).mean()
print(f"the hand is off by {100 * distance:.1f} cm on average")
