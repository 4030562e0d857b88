# Each row is a training example: hours slept, hours studied, coffee -> passed?
import numpy as np

X = np.array([[0.8, 0.1, 1.0],
              [0.3, 0.9, 1.0],
              [0.6, 0.6, 0.0],
              [0.1, 0.2, 0.0],
              [0.9, 0.7, 1.0]], dtype=float)
y = np.array([[0], [1], [1], [0], [1]], dtype=float)


def sigmoid(t):
    return 1 / (1 + np.exp(-t))


def sigmoid_derivative(p):
    # p is already sigmoid(t)
    return p * (1 - p)


class NeuralNetwork:
    def __init__(self, x, y):
        self.inputs = x
        self.weights1 = np.random.randn(self.inputs.shape[1], 4)
        self.weights2 = np.random.randn(4, 1)
        self.y = y
        self.output = np.zeros(y.shape)

    def feedforward(self):
        self.layer1 = sigmoid(self.inputs @ self.weights1)
        self.layer2 = sigmoid(self.layer1 @ self.weights2)
        return self.layer2

    def backprop(self):
        delta2 = 2 * (self.y - self.output) * sigmoid_derivative(self.output)
        delta1 = (delta2 @ self.weights2.T) * sigmoid_derivative(self.layer1)
        self.weights1 += self.inputs.T @ delta1
        self.weights2 += self.layer1.T @ delta2

    def train(self):
        self.output = self.feedforward()
        self.backprop()


NN = NeuralNetwork(X, y)
for i in range(1500):  # trains the NN 1500 times
    if i % 300 == 0:
        print("for iteration # " + str(i))
        print("Predicted Output: \n" + str(NN.feedforward()))
        print("Loss: " + str(np.mean(np.square(y - NN.feedforward()))) + "\n")
    NN.train()
