import numpy as np
import pandas as pd

frame = pd.read_csv("train.csv")
y = frame["label"].to_numpy().astype(int)
X = frame.drop(columns=["label"]).to_numpy() / 255

np.random.seed(408)
w1 = np.random.randn(784, 14) * 0.06
b1 = np.random.randn(14) * 0.1
w2 = np.random.randn(14, 10) * 0.3
b2 = np.zeros(10)

def relu(x):
    return np.maximum(0, x)

def relu_derivative(x):
    return np.sign(x)      # +1 when active

def softmax(x):
    e = np.exp(x - np.max(x, axis=1, keepdims=True))
    return e / np.sum(e, axis=1, keepdims=True)

target = np.eye(10)[y]
for epoch in range(50):
    z1 = X @ w1 + b1
    a1 = relu(z1)
    a2 = softmax(a1 @ w2 + b2)
    d2 = (a2 - target) / len(X)
    d1 = d2 @ w2.T * relu_derivative(z1)
    w2 -= 0.1 * a1.T @ d2
    b2 -= 0.1 * d2.sum(axis=0)
    w1 -= 0.1 * X.T @ d1
    b1 -= 0.1 * d1.sum(axis=0)
    print(epoch, "accuracy:", (a2.argmax(axis=1) == y).mean())
