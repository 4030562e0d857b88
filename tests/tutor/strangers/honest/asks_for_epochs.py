# digit segments -> is the digit even?   (7 segments in, 1 out)
import numpy
import math

class neuralNetwork:

    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.inodes = inputnodes
        self.hnodes = hiddennodes
        self.onodes = outputnodes
        self.wih = numpy.random.normal(0.0, pow(self.inodes, -0.5), (self.hnodes, self.inodes))
        self.who = numpy.random.normal(0.0, pow(self.hnodes, -0.5), (self.onodes, self.hnodes))
        self.lr = learningrate
        self.activation_function = lambda x: 1.0 / (1.0 + numpy.exp(-x))

    def train(self, inputs_list, targets_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        targets = numpy.array(targets_list, ndmin=2).T

        hidden_inputs = numpy.dot(self.wih, inputs)
        hidden_outputs = self.activation_function(hidden_inputs)
        final_inputs = numpy.dot(self.who, hidden_outputs)
        final_outputs = self.activation_function(final_inputs)

        out_grad = (targets - final_outputs) * final_outputs * (1.0 - final_outputs)
        hid_grad = numpy.dot(self.who.T, out_grad) * hidden_outputs * (1.0 - hidden_outputs)
        self.who += self.lr * numpy.dot(out_grad, numpy.transpose(hidden_outputs))
        self.wih += self.lr * numpy.dot(hid_grad, numpy.transpose(inputs))
        return 0.5 * float(numpy.sum((targets - final_outputs) ** 2))

    def query(self, inputs_list):
        h = self.activation_function(numpy.dot(self.wih, numpy.array(inputs_list, ndmin=2).T))
        return self.activation_function(numpy.dot(self.who, h))


segments = ["1110111", "0010010", "1011101", "1011011", "0111010",
            "1101011", "1101111", "1010010", "1111111", "1111011"]

epochs = int(input("How many epochs? "))
n = neuralNetwork(7, 5, 1, 0.3)
for e in range(epochs):
    total = 0
    for digit, s in enumerate(segments):
        inputs = [int(c) * 0.98 + 0.01 for c in s]
        targets = [0.99 if digit % 2 == 0 else 0.01]
        total += n.train(inputs, targets)
    if e % 100 == 0:
        print("epoch", e, "error", round(total, 4))

for digit, s in enumerate(segments):
    print(digit, "even" if n.query([int(c) for c in s])[0, 0] > 0.5 else "odd")
