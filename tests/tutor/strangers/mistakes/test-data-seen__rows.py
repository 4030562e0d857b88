import numpy as np

rng = np.random.default_rng(31)
points = rng.normal(size=(40, 2))
inside = (np.hypot(points[:, 0], points[:, 1]) < 1).astype(float)[:, None]

split = 30
X_train, y_train = points, inside
X_test, y_test = points[split:], inside[split:]

W1, b1 = rng.normal(size=(2, 6)), np.zeros(6)
W2, b2 = rng.normal(size=(6, 1)), np.zeros(1)

def predict(X):
    hidden = np.tanh(X @ W1 + b1)
    return hidden, 1 / (1 + np.exp(-(hidden @ W2 + b2)))

for epoch in range(400):
    hidden, p = predict(X_train)
    d2 = (p - y_train) / len(X_train)
    d1 = d2 @ W2.T * (1 - hidden ** 2)
    W2 -= 0.5 * hidden.T @ d2
    b2 -= 0.5 * d2.sum(axis=0)
    W1 -= 0.5 * X_train.T @ d1
    b1 -= 0.5 * d1.sum(axis=0)
    if epoch % 100 == 0:
        print(epoch, -np.mean(y_train * np.log(p) + (1 - y_train) * np.log(1 - p)))

print("on unseen points:", np.mean((predict(X_test)[1] > 0.5) == y_test))
