import numpy as np

def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))

def init(n_in, n_hid, n_out, seed=2):
    rng = np.random.default_rng(seed)
    return (rng.normal(0, 1, (n_in, n_hid)), np.zeros(n_hid),
            rng.normal(0, 1, (n_hid, n_out)), np.zeros(n_out))

def forward(X, W1, b1, W2, b2):
    Z1 = X @ W1 + b1
    A1 = np.maximum(0, Z1)
    A2 = sigmoid(A1 @ W2 + b2)
    return Z1, A1, A2

def bce(p, y):
    return -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))

def gradients(X, Y, W1, b1, W2, b2):
    Z1, A1, A2 = forward(X, W1, b1, W2, b2)
    m = X.shape[0]
    dZ2 = (A2 - Y) / m
    dW2 = A1.T @ dZ2
    db2 = np.sum(dZ2, axis=0)
    dZ1 = (dZ2 @ W2.T) * (Z1 > 0)
    dW1 = X.T @ dZ1
    db1 = np.sum(dZ1 * Z1, axis=0)
    return dW1, db1, dW2, db2

def train(X, Y, epochs=2000, lr=0.3):
    W1, b1, W2, b2 = init(X.shape[1], 10, 1)
    for e in range(epochs):
        g = gradients(X, Y, W1, b1, W2, b2)
        W1 = W1 - lr * g[0]
        b1 = b1 - lr * g[1]
        W2 = W2 - lr * g[2]
        b2 = b2 - lr * g[3]
        if e % 400 == 0:
            print(e, bce(forward(X, W1, b1, W2, b2)[2], Y))
    return W1, b1, W2, b2

rng = np.random.default_rng(0)
X = rng.uniform(-1, 1, (150, 2))
Y = (X[:, :1] * X[:, 1:] > 0).astype(float)
net = train(X, Y)
print("acc", np.mean((forward(X, *net)[2] > 0.5) == Y))
