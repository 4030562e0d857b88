import numpy as np

np.random.seed(1)
weights_0_1 = 2 * np.random.random((3, 4)) - 1
weights_1_2 = 2 * np.random.random((4, 1)) - 1
lr = 0.5


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def forward(inputs):
    hidden = sigmoid(np.dot(inputs, weights_0_1))
    output = sigmoid(np.dot(hidden, weights_1_2))
    return hidden, output


def train(inputs, targets):
    global weights_0_1, weights_1_2
    hidden, output = forward(inputs)
    output_delta = (targets - output) * output * (1 - output)
    hidden_delta = output_delta.dot(weights_1_2.T) * hidden * (1 - hidden)
    weights_1_2 = weights_1_2 + lr * hidden.T.dot(output_delta)
    weights_0_1 = weights_0_1 + lr * inputs.T.dot(hidden_delta)
