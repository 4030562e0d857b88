import numpy as np
import pandas as pd
from matplotlib import pyplot as plt

train = pd.read_csv('/kaggle/input/digit-recognizer/train.csv').to_numpy()
m = len(train)
X = train[:, 1:].T / 255.0
Y = train[:, 0].astype(int)

def init():
    return (np.random.rand(12, 784) - .5) * .2, np.random.rand(12, 1) - .5, \
           np.random.rand(10, 12) - .5, np.random.rand(10, 1) - .5

def ReLU(Z): return np.maximum(Z, 0)

def softmax(Z):
    A = np.exp(Z - Z.max(axis=0))
    return A / sum(A)

def hot(Y):
    out = np.zeros((Y.size, 10))
    out[np.arange(Y.size), Y] = 1
    return out.T

W1, b1, W2, b2 = init()
for i in range(201):
    Z1 = W1.dot(X) + b1
    A1 = ReLU(Z1)
    Z2 = W2.dot(A1) + b2
    A2 = softmax(Z2)

    dZ2 = A2 - hot(Y)
    dW2 = 1 / m * dZ2.dot(A1.T)
    db2 = 1 / m * np.sum(dZ2)
    dZ1 = W2.T.dot(dZ2) * (Z1 > 0)
    dW1 = 1 / m * dZ1.dot(X.T)
    db1 = 1 / m * np.sum(dZ1)

    W1 -= 0.1 * dW1
    b1 -= 0.1 * db1
    W2 -= 0.1 * dW2
    b2 -= 0.1 * db2
    if i % 50 == 0:
        print("Iteration: ", i, "Accuracy: ", np.mean(A2.argmax(0) == Y))

plt.gray()
plt.imshow(X[:, 0].reshape(28, 28))
plt.show()
