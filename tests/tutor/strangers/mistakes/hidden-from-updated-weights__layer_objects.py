import numpy as np

class FullyConnected:
    def __init__(self, rows, cols):
        self.kernel = np.random.rand(rows, cols) - 0.5
        self.offset = np.random.rand(1, cols) - 0.5

    def fwd(self, data):
        self.data = data
        return data @ self.kernel + self.offset

    def bwd(self, err, speed):
        self.kernel -= speed * self.data.T @ err
        self.offset -= speed * err.sum(axis=0, keepdims=True)
        return err @ self.kernel.T        # for the layer before

class Squash:
    def fwd(self, data):
        self.result = np.tanh(data)
        return self.result

    def bwd(self, err, speed):
        return err * (1 - self.result ** 2)

class Chain:
    def __init__(self, *parts):
        self.parts = parts

    def __call__(self, data):
        for part in self.parts:
            data = part.fwd(data)
        return data

    def learn(self, data, wanted, speed):
        result = self(data)
        err = 2 * (result - wanted) / wanted.size
        for part in self.parts[::-1]:
            err = part.bwd(err, speed)
        return np.mean((result - wanted) ** 2)

np.random.seed(42)
chain = Chain(FullyConnected(2, 4), Squash(), FullyConnected(4, 2), Squash())
bits = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
half_adder = np.array([[0, 0], [1, 0], [1, 0], [0, 1]])
for turn in range(600):
    mse = 0
    for i in range(4):
        mse += chain.learn(bits[i:i+1], half_adder[i:i+1], 0.3)
    if turn % 100 == 0:
        print(turn, mse / 4)
