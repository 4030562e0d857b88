import numpy as np

class ANN:
    def __init__(self, n_in, n_hidden, n_out, lr=0.1):
        self.lr = lr
        self.w_ih = np.random.normal(size=(n_hidden, n_in))
        self.b_h = np.random.normal(size=(n_hidden, 1))
        self.w_ho = np.random.normal(size=(n_out, n_hidden))
        self.b_o = np.random.normal(size=(n_out, 1))

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def train(self, inp, target):
        inp, target = np.array(inp, ndmin=2).T, np.array(target, ndmin=2).T
        hidden = self.sigmoid(np.dot(self.w_ih, inp) + self.b_h)
        output = self.sigmoid(np.dot(self.w_ho, hidden) + self.b_o)

        output_error = target - output
        output_delta = output_error * output * (1 - output)
        hidden_error = np.dot(self.w_ho.T, output_delta)
        hidden_delta = hidden_error * hidden * (1 - hidden)

        self.w_ho += self.lr * np.dot(output_delta, hidden.T)
        self.b_o += self.lr * output_error
        self.w_ih += self.lr * np.dot(hidden_delta, inp.T)
        self.b_h += self.lr * hidden_error
        return np.sum(output_error ** 2)

np.random.seed(140)
n = ANN(3, 4, 2)
training_data = [([0, 0, 1], [0, 1]), ([1, 0, 1], [1, 0]), ([0, 1, 0], [1, 1]), ([1, 1, 0], [0, 0])]
for i in range(2000):
    e = sum(n.train(a, b) for a, b in training_data)
    if i % 500 == 0:
        print("Epoch", i, "Error", e)
