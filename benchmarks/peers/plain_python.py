"""Plain Python, no arrays: classes that loop over neurons, as the classic tutorials write them.

A method for each partial derivative, a list for each layer, the error told at every step. (The
tutorials run a second forward pass for that error and print it; here it comes from the first.)
"""

import math

from _door import Worked, main


class Neuron:
    def __init__(self, weights, bias):
        self.weights = list(weights)
        self.bias = bias

    def calculate_output(self, inputs):
        self.inputs = inputs
        self.output = self.squash(self.calculate_total_net_input())
        return self.output

    def calculate_total_net_input(self):
        total = 0
        for i in range(len(self.inputs)):
            total += self.inputs[i] * self.weights[i]
        return total + self.bias

    def squash(self, total_net_input):
        return 1 / (1 + math.exp(-total_net_input))

    def calculate_error(self, target_output):
        return 0.5 * (target_output - self.output) ** 2

    def pd_error_wrt_output(self, target_output):
        return -(target_output - self.output)

    def pd_output_wrt_total_net_input(self):
        return self.output * (1 - self.output)

    def pd_error_wrt_total_net_input(self, target_output):
        return self.pd_error_wrt_output(target_output) * self.pd_output_wrt_total_net_input()

    def pd_total_net_input_wrt_weight(self, index):
        return self.inputs[index]


class NeuronLayer:
    def __init__(self, weights, biases):
        self.neurons = [Neuron(w, b) for w, b in zip(weights, biases)]

    def feed_forward(self, inputs):
        outputs = []
        for neuron in self.neurons:
            outputs.append(neuron.calculate_output(inputs))
        return outputs


class NeuralNetwork:
    def __init__(self, w: Worked):
        self.learning_rate = w.learning_rate
        self.hidden_layer, self.output_layer = (NeuronLayer(W, b) for W, b in zip(w.W, w.b))

    def feed_forward(self, inputs):
        return self.output_layer.feed_forward(self.hidden_layer.feed_forward(inputs))

    def train(self, inputs, targets):
        """One update; returns the error before it."""
        self.feed_forward(inputs)
        outputs, hidden = self.output_layer.neurons, self.hidden_layer.neurons

        output_deltas = [0.0] * len(outputs)
        for o in range(len(outputs)):
            output_deltas[o] = outputs[o].pd_error_wrt_total_net_input(targets[o])

        # from the weights before their update, which some tutorials get wrong
        hidden_deltas = [0.0] * len(hidden)
        for h in range(len(hidden)):
            pd_error_wrt_output = 0
            for o in range(len(outputs)):
                pd_error_wrt_output += output_deltas[o] * outputs[o].weights[h]
            hidden_deltas[h] = pd_error_wrt_output * hidden[h].pd_output_wrt_total_net_input()

        error = 0
        for o in range(len(targets)):
            error += outputs[o].calculate_error(targets[o])

        for neurons, deltas in ((outputs, output_deltas), (hidden, hidden_deltas)):
            for n in range(len(neurons)):
                for i in range(len(neurons[n].weights)):
                    pd_error_wrt_weight = deltas[n] * neurons[n].pd_total_net_input_wrt_weight(i)
                    neurons[n].weights[i] -= self.learning_rate * pd_error_wrt_weight
        return error


def worked(w: Worked):
    net = NeuralNetwork(w)
    errors = []

    def go():
        for _ in range(w.steps):
            errors.append(net.train(w.x, w.y))

    return go, lambda: net.feed_forward(w.x)


if __name__ == "__main__":
    main("Python alone", blas="none", worked=worked)
