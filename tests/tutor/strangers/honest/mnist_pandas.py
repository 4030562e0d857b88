import numpy as np
import pandas as pd

df = pd.read_csv('mnist.csv')
X = df.drop('label', axis=1).values / 255.0
y = df['label'].values.astype(int)

onehot = np.zeros((y.shape[0], 10))
onehot[np.arange(y.shape[0]), y] = 1

np.random.seed(0)
W1 = np.random.randn(784, 32) * np.sqrt(2. / 784)
b1 = np.zeros(32)
W2 = np.random.randn(32, 10) * np.sqrt(2. / 32)
b2 = np.zeros(10)

lr, batch_size, epochs = 0.1, 64, 10

def relu(x):
    return np.where(x > 0, x, 0)

def softmax(x):
    x = x - x.max(axis=1, keepdims=True)
    return np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)

for epoch in range(epochs):
    perm = np.random.permutation(len(X))
    losses = []
    for start in range(0, len(X), batch_size):
        idx = perm[start:start + batch_size]
        xb, tb = X[idx], onehot[idx]

        z1 = xb @ W1 + b1
        a1 = relu(z1)
        probs = softmax(a1 @ W2 + b2)
        losses.append(-np.mean(np.sum(tb * np.log(probs + 1e-9), axis=1)))

        dz2 = (probs - tb) / len(xb)
        dW2 = a1.T @ dz2
        db2 = dz2.sum(axis=0)
        dz1 = (dz2 @ W2.T) * (z1 > 0)
        dW1 = xb.T @ dz1
        db1 = dz1.sum(axis=0)

        W1 -= lr * dW1; b1 -= lr * db1
        W2 -= lr * dW2; b2 -= lr * db2
    print(f"epoch {epoch}: loss {np.mean(losses):.4f}")

pred = softmax(relu(X @ W1 + b1) @ W2 + b2).argmax(axis=1)
print("train accuracy", (pred == y).mean())
