import numpy as np

rs = np.random.RandomState(42)
# iris like: 4 measures, 3 kinds
means = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.6, 2.0]])
X_train = np.concatenate([mu + 0.3 * rs.randn(50, 4) for mu in means])
X_train = (X_train - X_train.mean(0)) / X_train.std(0)
y_train = np.repeat([0, 1, 2], 50)
Y = np.zeros((150, 3))
Y[np.arange(150), y_train] = 1

W1 = rs.randn(4, 6) * 0.5
b1 = np.zeros(6)
W2 = rs.randn(6, 3) * 0.5
b2 = np.zeros(3)
vW1, vb1, vW2, vb2 = 0, 0, 0, 0
alpha, beta = 0.5, 0.9

for epoch in range(200):
    Z1 = X_train @ W1 + b1
    A1 = np.tanh(Z1)
    Z2 = A1 @ W2 + b2
    E = np.exp(Z2)
    P = E / E.sum(1, keepdims=True)
    loss = -np.log(P[range(150), y_train]).mean()

    dZ2 = (P - Y) / 150
    dW2 = A1.T @ dZ2
    db2 = dZ2.sum(0)
    dZ1 = dZ2 @ W2.T * (1 - A1 * A1)
    dW1 = X_train.T @ dZ1
    db1 = dZ1.sum(0)

    vW2 = beta * vW2 + (1 - beta) * dW2
    vb2 = beta * vb2 + (1 - beta) * db2
    vW1 = (1 - beta) * dW1
    vb1 = beta * vb1 + (1 - beta) * db1
    W2 -= alpha * vW2
    b2 -= alpha * vb2
    W1 -= alpha * vW1
    b1 -= alpha * vb1
    if epoch % 40 == 0:
        print("epoch", epoch, "loss", loss)
print("acc", (P.argmax(1) == y_train).mean())
