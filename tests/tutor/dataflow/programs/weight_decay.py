import numpy as np
np.random.seed(17)
X = np.random.randn(15, 3)
y = np.random.randint(0, 2, (15, 1))
W1, b1 = np.random.randn(3, 4) * 0.5, np.zeros((1, 4))
W2, b2 = np.random.randn(4, 1) * 0.5, np.zeros((1, 1))
lam, lr = 0.05, 0.3
for epoch in range(40):
    a1 = np.tanh(X @ W1 + b1)
    a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
    loss = -np.mean(y * np.log(a2) + (1 - y) * np.log(1 - a2)) + lam / 2 * ((W1 ** 2).sum() + (W2 ** 2).sum())
    d2 = (a2 - y) / 15
    dW2 = a1.T @ d2 + lam * W2
    db2 = d2.sum(axis=0, keepdims=True)
    d1 = d2 @ W2.T * (1 - a1 ** 2)
    dW1 = X.T @ d1 + lam * W1
    db1 = d1.sum(axis=0, keepdims=True)
    W1 -= lr * dW1
    b1 -= lr * db1
    W2 -= lr * dW2
    b2 -= lr * db2
print(loss)
