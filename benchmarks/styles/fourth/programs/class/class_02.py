import numpy as np

class NeuralNetwork:
    def __init__(self):
        np.random.seed(1)
        self.weights_input_hidden = np.random.uniform(-1, 1, (3, 5))
        self.weights_hidden_output = np.random.uniform(-1, 1, (5, 1))

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def sigmoid_derivative(self, x):
        return x * (1 - x)

    def feedforward(self, X):
        self.hidden = self.sigmoid(np.dot(X, self.weights_input_hidden))
        self.output = self.sigmoid(np.dot(self.hidden, self.weights_hidden_output))
        return self.output

    def train(self, X, y, iterations):
        for i in range(iterations):
            output = self.feedforward(X)
            output_error = y - output
            output_delta = output_error * self.sigmoid_derivative(output)
            hidden_error = output_delta.dot(self.weights_hidden_output.T)
            hidden_delta = hidden_error * self.sigmoid_derivative(self.sigmoid(self.hidden))
            self.weights_hidden_output += self.hidden.T.dot(output_delta)
            self.weights_input_hidden += X.T.dot(hidden_delta)
            if i % 2000 == 0:
                print("Loss:", np.mean(output_error ** 2))

if __name__ == "__main__":
    X = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]])
    y = np.array([[0, 1, 1, 0]]).T
    nn = NeuralNetwork()
    nn.train(X, y, 10000)
    print(nn.feedforward(X))
