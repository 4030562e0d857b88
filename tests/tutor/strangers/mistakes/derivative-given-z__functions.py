# Simple NN - sonar-like data, 2 hidden layers
import numpy as np

np.random.seed(0)

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_der(x):
    return x * (1 - x)

feature_set = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0], [1, 1, 0], [1, 1, 1]])
labels = np.array([[1, 0, 0, 1, 1]]).reshape(5, 1)

w1 = np.random.rand(3, 4) - 0.5
w2 = np.random.rand(4, 1) - 0.5
bias1 = np.random.rand(4) - 0.5
bias2 = np.random.rand(1) - 0.5
lr = 0.01

def predict(x):
    in1 = np.dot(x, w1) + bias1
    out1 = sigmoid(in1)
    in2 = np.dot(out1, w2) + bias2
    return in1, out1, in2, sigmoid(in2)

for epoch in range(300):
    in1, out1, in2, out2 = predict(feature_set)
    error = out2 - labels
    if epoch % 100 == 0:
        print(0.5 * (error ** 2).sum())
    delta2 = error * sigmoid_der(in2)
    delta1 = np.dot(delta2, w2.T) * sigmoid_der(in1)
    w2 -= lr * np.dot(out1.T, delta2)
    bias2 -= lr * delta2.sum(axis=0)
    w1 -= lr * np.dot(feature_set.T, delta1)
    bias1 -= lr * delta1.sum(axis=0)
