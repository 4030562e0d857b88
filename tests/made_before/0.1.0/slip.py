"""A network that learns XOR, written from scratch, with one mistake in it.

It runs, and its error even falls. `glassnet check examples/xor_with_a_mistake.py` finds the line.
"""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


class XorNetwork:
    def __init__(self, hidden=4, rate=0.5):
        rng = np.random.default_rng(7)
        self.into_hidden = rng.uniform(-1, 1, (2, hidden))
        self.into_output = rng.uniform(-1, 1, (hidden, 1))
        self.rate = rate

    def answer(self, questions):
        self.hidden = sigmoid(questions @ self.into_hidden)
        return sigmoid(self.hidden @ self.into_output)

    def learn(self, questions, truths):
        answers = self.answer(questions)
        error = truths - answers
        step_output = error * answers * (1 - answers)
        step_hidden = (error @ self.into_output.T) * self.hidden * (1 - self.hidden)
        self.into_output += self.rate * self.hidden.T @ step_output
        self.into_hidden += self.rate * questions.T @ step_hidden
        return np.mean(error**2)


questions = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
truths = np.array([[0.0], [1.0], [1.0], [0.0]])
network = XorNetwork()
for _ in range(5000):
    error = network.learn(questions, truths)
print("error", error)
print(network.answer(questions).round(3))
