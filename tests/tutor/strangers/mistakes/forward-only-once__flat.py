import numpy as np
np.random.seed(310)

X = np.array([[0, 1, 1], [1, 0, 1], [1, 1, 0], [0, 0, 1], [1, 1, 1]])
y = np.array([[1], [1], [0], [0], [0]])

W1 = np.random.randn(3, 4)
W2 = np.random.randn(4, 1)
b1 = np.random.randn(1, 4)
b2 = np.random.randn(1, 1)

# ----- forward propagation -----
A1 = np.tanh(np.dot(X, W1) + b1)
A2 = 1 / (1 + np.exp(-(np.dot(A1, W2) + b2)))

# ----- back propagation -----
for i in range(50):
    dZ2 = A2 - y
    dW2 = np.dot(A1.T, dZ2) / 5
    db2 = dZ2.sum(axis=0, keepdims=True) / 5
    dZ1 = np.dot(dZ2, W2.T) * (1 - A1 ** 2)
    dW1 = np.dot(X.T, dZ1) / 5
    db1 = dZ1.sum(axis=0, keepdims=True) / 5
    W1 = W1 - 0.1 * dW1
    b1 = b1 - 0.1 * db1
    W2 = W2 - 0.1 * dW2
    b2 = b2 - 0.1 * db2

A1 = np.tanh(np.dot(X, W1) + b1)
A2 = 1 / (1 + np.exp(-(np.dot(A1, W2) + b2)))
print("loss", -np.mean(y * np.log(A2) + (1 - y) * np.log(1 - A2)))
print(A2)
