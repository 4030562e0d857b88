import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def gradients(X, Y, V, W):
    H = sigmoid(X @ V)
    O = sigmoid(H @ W)
    dO = (O - Y) * O * (1 - O)
    gW = H.T @ dO / len(X)
    gV = X.T @ (dO @ W.T * H * (1 - H)) / len(X)
    return gV, gW, np.mean((O - Y) ** 2)

rs = np.random.RandomState(280)
X = rs.rand(15, 3)
Y = 1 - X[:, [1, 2, 0]] ** 2
V, W = rs.randn(3, 3), rs.randn(3, 3)
for epoch in range(800):
    gV, gW, mse = gradients(X, Y, V, W)
    V = V - 0.5 * gW
    W = W - 0.5 * gW
    if epoch % 200 == 0:
        print(epoch, mse)
