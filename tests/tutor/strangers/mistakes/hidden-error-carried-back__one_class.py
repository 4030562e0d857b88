import numpy as np

x_all = np.array(([2, 9, 1], [1, 5, 0], [3, 6, 1], [5, 10, 0]), dtype=float)
y = np.array(([92], [86], [89], [71]), dtype=float)
x_all = x_all / np.amax(x_all, axis=0)   # scale the units
y = y / 100                              # max test score is 100


class Neural_Network(object):
    def __init__(self):
        self.inputSize = 3
        self.outputSize = 1
        self.hiddenSize = 4
        self.W1 = np.random.randn(self.inputSize, self.hiddenSize)
        self.W2 = np.random.randn(self.hiddenSize, self.outputSize)

    def forward(self, X):
        self.z = np.dot(X, self.W1)
        self.z2 = self.sigmoid(self.z)
        self.z3 = np.dot(self.z2, self.W2)
        return self.sigmoid(self.z3)

    def sigmoid(self, s):
        return 1 / (1 + np.exp(-s))

    def sigmoidPrime(self, s):
        return s * (1 - s)

    def backward(self, X, y, o):
        self.o_error = y - o
        self.o_delta = self.o_error * self.sigmoidPrime(o)
        self.z2_error = self.o_error.dot(self.W2.T)     # how much the hidden layer contributed
        self.z2_delta = self.z2_error * self.sigmoidPrime(self.z2)
        self.W1 += X.T.dot(self.z2_delta)
        self.W2 += self.z2.T.dot(self.o_delta)

    def train(self, X, y):
        o = self.forward(X)
        self.backward(X, y, o)


NN = Neural_Network()
for i in range(1000):
    if i % 200 == 0:
        print("Loss: " + str(np.mean(np.square(y - NN.forward(x_all)))))
    NN.train(x_all, y)
