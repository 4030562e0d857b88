import numpy as np

class Brain:
    """3 senses, 4 neurons, 2 muscles"""

    def __init__(self):
        np.random.seed(77)
        self.synapses = [np.random.randn(3, 4), np.random.randn(4, 2)]
        self.rate = 0.3

    def fire(self, x, deriv=False):
        if deriv:
            return self.fire(x) * (1 - self.fire(x))
        return 1 / (1 + np.exp(-x))

    def think(self, senses):
        self.layers = [senses]
        for s in self.synapses:
            self.layers.append(self.fire(self.layers[-1] @ s))
        return self.layers[-1]

    def learn(self, senses, wanted, times):
        for t in range(times):
            error = wanted - self.think(senses)
            deltas = [error * self.fire(self.layers[2], deriv=True)]
            deltas.insert(0, deltas[0] @ self.synapses[1].T * self.fire(self.layers[1], deriv=True))
            for i in range(2):
                self.synapses[i] += self.rate * self.layers[i].T @ deltas[i]
            if t % 200 == 0:
                print("after", t, "rounds the error is", np.abs(error).mean())


b = Brain()
senses = np.array([[0, 0, 1], [0, 1, 0], [1, 0, 0], [1, 1, 1]])
b.learn(senses, np.array([[0, 1], [1, 1], [1, 0], [0, 0]]), 1000)
print(b.think(senses).round(2))
