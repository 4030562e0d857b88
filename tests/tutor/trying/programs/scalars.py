import math
import random


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


class TinyNetwork:
    """Two inputs, two hidden neurons, one output."""

    def __init__(self):
        self.w1 = random.gauss(0, 1)
        self.w2 = random.gauss(0, 1)
        self.w3 = random.gauss(0, 1)
        self.w4 = random.gauss(0, 1)
        self.w5 = random.gauss(0, 1)
        self.w6 = random.gauss(0, 1)
        self.b1 = random.gauss(0, 1)
        self.b2 = random.gauss(0, 1)
        self.b3 = random.gauss(0, 1)

    def train(self, data, all_y_trues):
        learn_rate = 0.1
        epochs = 1000
        for _ in range(epochs):
            for x, y_true in zip(data, all_y_trues):
                h1 = sigmoid(self.w1 * x[0] + self.w2 * x[1] + self.b1)
                h2 = sigmoid(self.w3 * x[0] + self.w4 * x[1] + self.b2)
                o1 = sigmoid(self.w5 * h1 + self.w6 * h2 + self.b3)
                d_o = -2 * (y_true - o1) * o1 * (1 - o1)
                d_h1 = d_o * self.w5 * h1 * (1 - h1)
                d_h2 = d_o * self.w6 * h2 * (1 - h2)
                self.w1 -= learn_rate * d_h1 * x[0]
                self.w2 -= learn_rate * d_h1 * x[1]
                self.b1 -= learn_rate * d_h1
                self.w3 -= learn_rate * d_h2 * x[0]
                self.w4 -= learn_rate * d_h2 * x[1]
                self.b2 -= learn_rate * d_h2
                self.w5 -= learn_rate * d_o * h1
                self.w6 -= learn_rate * d_o * h2
                self.b3 -= learn_rate * d_o
