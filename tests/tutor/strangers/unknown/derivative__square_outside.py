import numpy as np

class TanhLayer:
    def __init__(self, n_in, n_out):
        self.weights = np.random.uniform(-.6, .6, (n_in, n_out))
        self.biases = np.zeros((1, n_out))

    def forward(self, inputs):
        self.inputs = inputs
        self.output = np.tanh(inputs @ self.weights + self.biases)
        return self.output

    def backward(self, dvalues):
        d = dvalues * (1 - self.output) ** 2
        self.dweights = self.inputs.T @ d
        self.dbiases = d.sum(axis=0, keepdims=True)
        return d @ self.weights.T

    def update(self, lr):
        self.weights -= lr * self.dweights
        self.biases -= lr * self.dbiases

np.random.seed(406)
X = np.random.uniform(-1, 1, (12, 2))
y = X[:, :1] * X[:, 1:]
first, second = TanhLayer(2, 6), TanhLayer(6, 1)
for epoch in range(400):
    out = second.forward(first.forward(X))
    first.backward(second.backward((out - y) / len(X)))
    first.update(0.1)
    second.update(0.1)
    if epoch % 100 == 0:
        print("epoch", epoch, "loss", np.mean((out - y) ** 2))
