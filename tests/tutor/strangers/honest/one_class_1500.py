# hours slept, hours studied, coffee -> passed?   each row is one student
import numpy as np

students = np.array([[0.8, 0.1, 1.0],
                     [0.3, 0.9, 1.0],
                     [0.6, 0.6, 0.0],
                     [0.1, 0.2, 0.0],
                     [0.9, 0.7, 1.0]])
passed = np.array([[0], [1], [1], [0], [1]])


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def sigmoid_derivative(p):
    # p is already sigmoid(t)
    return p * (1 - p)


class Network:
    def __init__(self, inputs, y):
        self.inputs = inputs
        self.y = y
        self.weights1 = np.random.randn(inputs.shape[1], 4)
        self.weights2 = np.random.randn(4, y.shape[1])

    def feedforward(self):
        self.layer1 = sigmoid(self.inputs @ self.weights1)
        self.output = sigmoid(self.layer1 @ self.weights2)

    def backprop(self):
        delta2 = 2 * (self.y - self.output) * sigmoid_derivative(self.output)
        delta1 = (delta2 @ self.weights2.T) * sigmoid_derivative(self.layer1)
        self.weights1 += self.inputs.T @ delta1
        self.weights2 += self.layer1.T @ delta2


net = Network(students, passed)
for iteration in range(1500):
    net.feedforward()
    net.backprop()
    if iteration % 300 == 0:
        loss = ((passed - net.output) ** 2).mean()
        print(f"{iteration} rounds, loss {loss:.5f}")

print("wanted", passed.ravel(), "got", net.output.ravel().round(2))
