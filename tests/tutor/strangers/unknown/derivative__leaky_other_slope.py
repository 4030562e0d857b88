import numpy as np

def leaky_relu(z, slope=0.01):
    return np.where(z > 0, z, slope * z)

def leaky_relu_prime(z, slope=0.1):
    return np.where(z > 0, 1.0, slope)

np.random.seed(407)
X = np.random.randn(4, 20)
Y = np.abs(X[:2]) - X[2:]
W1, b1 = np.random.randn(6, 4) * .5, np.zeros((6, 1))
W2, b2 = np.random.randn(2, 6) * .5, np.zeros((2, 1))
m = X.shape[1]
for i in range(500):
    Z1 = W1 @ X + b1
    A1 = leaky_relu(Z1)
    A2 = W2 @ A1 + b2
    cost = np.sum((A2 - Y) ** 2) / (2 * m)
    dZ2 = (A2 - Y) / m
    dZ1 = W2.T @ dZ2 * leaky_relu_prime(Z1)
    W2 = W2 - .1 * dZ2 @ A1.T
    b2 = b2 - .1 * dZ2.sum(axis=1, keepdims=True)
    W1 = W1 - .1 * dZ1 @ X.T
    b1 = b1 - .1 * dZ1.sum(axis=1, keepdims=True)
    if i % 100 == 0:
        print(i, cost)
