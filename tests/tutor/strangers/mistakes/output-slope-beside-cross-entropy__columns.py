import numpy as np

def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))

def binary_crossentropy(Y, A):
    A = np.clip(A, 1e-9, 1 - 1e-9)
    return -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))

np.random.seed(13)
X = np.random.rand(3, 14)
Y = (X[[0]] > X[[1]]).astype(int)
m = X.shape[1]
W1, b1 = np.random.randn(4, 3), np.zeros((4, 1))
W2, b2 = np.random.randn(1, 4), np.zeros((1, 1))

for epoch in range(2000):
    A1 = sigmoid(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    loss = binary_crossentropy(Y, A2)

    dZ2 = (A2 - Y) * A2 * (1 - A2)
    dW2 = (1 / m) * dZ2 @ A1.T
    db2 = (1 / m) * dZ2.sum(axis=1, keepdims=True)
    dZ1 = W2.T @ dZ2 * A1 * (1 - A1)
    dW1 = (1 / m) * dZ1 @ X.T
    db1 = (1 / m) * dZ1.sum(axis=1, keepdims=True)

    W2 = W2 - 0.5 * dW2
    b2 = b2 - 0.5 * db2
    W1 = W1 - 0.5 * dW1
    b1 = b1 - 0.5 * db1
    if epoch % 500 == 0:
        print(f"Epoch {epoch}, Loss: {loss:.4f}")
