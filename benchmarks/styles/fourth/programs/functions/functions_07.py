import numpy as np

def forward(X, W1, W2):
    a1 = np.tanh(X @ W1)
    return a1, a1 @ W2

def cost(pred, y):
    return ((pred - y) ** 2).mean()

def add_bias(X):
    return np.concatenate([X, np.ones((X.shape[0], 1))], axis=1)

def gradient(X, y, W1, W2):
    a1, pred = forward(X, W1, W2)
    dpred = 2 * (pred - y) / y.size
    grad_W2 = a1.T @ dpred
    dz1 = (dpred @ W2.T) * (1 - a1 ** 2)
    grad_W1 = X.T @ dz1
    return grad_W1, grad_W2

def train(X, y, hidden=15, iters=2000, lr=0.1):
    rng = np.random.default_rng(9)
    W1 = rng.standard_normal((X.shape[1], hidden))
    W2 = rng.standard_normal((hidden, 1)) * 0.1
    for i in range(iters):
        grad_W1, grad_W2 = gradient(X, y, W1, W2)
        W1_new = W1.copy(); W1_new -= lr * grad_W1
        W2 = W2 - lr * grad_W2
        if i % 400 == 0:
            print(f"{i:5d} {cost(forward(X, W1, W2)[1], y):.6f}")
    return W1, W2

x = np.linspace(-1, 1, 70)[:, None]
y = np.sin(4 * x) * 0.8
X = add_bias(x)
W1, W2 = train(X, y)
print("final", cost(forward(X, W1, W2)[1], y))
