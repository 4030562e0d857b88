import numpy as np
import pandas as pd

data = np.array(pd.read_csv('digit-recognizer/train.csv'))
m, n = data.shape
data = data.T
labels = data[0].astype(int)
pixels = data[1:n] / 255.

w1, b1 = np.random.randn(16, 784) * .05, np.zeros((16, 1))
w2, b2 = np.random.randn(10, 16) * .3, np.zeros((10, 1))

def relu(z):
    return np.maximum(z, 0)

def softmax(z):
    e = np.exp(z - z.max(axis=0))
    return e / e.sum(axis=0)

one_hot = np.zeros((10, m))
one_hot[labels, np.arange(m)] = 1

for i in range(100):
    z1 = w1 @ pixels + b1
    a1 = relu(z1)
    a2 = softmax(w2 @ a1 + b2)

    dz2 = a2 - one_hot
    dw2 = dz2 @ a1.T / m
    db2 = dz2.sum(axis=1, keepdims=True) / m
    dz1 = w2.T @ dz2 * relu(z1)
    dw1 = dz1 @ pixels.T / m
    db1 = dz1.sum(axis=1, keepdims=True) / m

    w1 -= .1 * dw1
    b1 -= .1 * db1
    w2 -= .1 * dw2
    b2 -= .1 * db2
    if i % 10 == 0:
        print('Iteration:', i, 'accuracy:', np.mean(a2.argmax(0) == labels))
