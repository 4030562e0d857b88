import numpy as np

def tanh(Z):
    return (np.exp(Z) - np.exp(-Z)) / (np.exp(Z) + np.exp(-Z))

def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))

np.random.seed(4)
m = 18
X = np.random.randn(2, m)
Y = np.reshape(np.sum(X ** 2, axis=0) < 1.4, (1, m))

W1 = np.random.randn(5, 2)
b1 = np.zeros((5, 1))
W2 = np.random.randn(1, 5)
b2 = np.zeros((1, 1))
learning_rate = 0.3

for i in range(1500):
    A1 = tanh(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m

    dZ2 = A2 - Y
    dW2 = dZ2 @ A1.T / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = (W2.T @ dZ2) * A1 * (1 - A1)
    dW1 = dZ1 @ X.T / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m

    W1 -= learning_rate * dW1
    b1 -= learning_rate * db1
    W2 -= learning_rate * dW2
    b2 -= learning_rate * db2
    if i % 300 == 0:
        print(i, cost)
