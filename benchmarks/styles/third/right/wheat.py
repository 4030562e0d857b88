import numpy as np

# three sorts of wheat, five measurements of each kernel
# network: 5 -> 10 relu -> 10 relu -> 3 softmax, L2 on the weights, momentum, all rows at once

np.random.seed(5)
kernels = []
labels = []
centers = [[0.2, 1.0, -0.5, 0.3, -1.0], [1.2, -0.4, 0.6, -0.9, 0.4], [-1.1, -0.6, 0.1, 0.8, 0.7]]
for sort in range(3):
    for i in range(50):
        kernels.append(np.array(centers[sort]) + 0.8 * np.random.randn(5))
        labels.append(sort)
kernels = np.array(kernels)
labels = np.array(labels)
mix = np.random.permutation(150)
X_train, y_train = kernels[mix[:120]], labels[mix[:120]]
X_test, y_test = kernels[mix[120:]], labels[mix[120:]]
n = len(X_train)

W1 = np.random.randn(5, 10) * np.sqrt(2 / 5)
b1 = np.zeros(10)
W2 = np.random.randn(10, 10) * np.sqrt(2 / 10)
b2 = np.zeros(10)
W3 = np.random.randn(10, 3) * np.sqrt(2 / 10)
b3 = np.zeros(3)

vW1, vb1 = np.zeros_like(W1), np.zeros_like(b1)
vW2, vb2 = np.zeros_like(W2), np.zeros_like(b2)
vW3, vb3 = np.zeros_like(W3), np.zeros_like(b3)

lr = 0.05
mu = 0.9
lam = 0.01

for step in range(151):
    # forward
    h1 = np.maximum(0, X_train @ W1 + b1)
    h2 = np.maximum(0, h1 @ W2 + b2)
    scores = h2 @ W3 + b3
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    p = e / e.sum(axis=1, keepdims=True)

    # backward
    dscores = p.copy()
    dscores[np.arange(n), y_train] -= 1
    dscores /= n
    dW3 = h2.T @ dscores + lam * W3
    db3 = dscores.sum(axis=0)
    dh2 = dscores @ W3.T
    dh2[h2 <= 0] = 0
    dW2 = h1.T @ dh2 + lam * W2
    db2 = dh2.sum(axis=0)
    dh1 = dh2 @ W2.T
    dh1[h1 <= 0] = 0
    dW1 = X_train.T @ dh1 + lam * W1
    db1 = dh1.sum(axis=0)

    # how are we doing
    data_loss = -np.mean(np.log(p[np.arange(n), y_train]))
    reg_loss = 0.5 * lam * (np.sum(W1**2) + np.sum(W2**2) + np.sum(W3**2))
    if step % 50 == 0:
        print("step %d loss %.4f" % (step, data_loss + reg_loss))

    # momentum
    vW1 = mu * vW1 - lr * dW1
    vb1 = mu * vb1 - lr * db1
    vW2 = mu * vW2 - lr * dW2
    vb2 = mu * vb2 - lr * db2
    vW3 = mu * vW3 - lr * dW3
    vb3 = mu * vb3 - lr * db3
    W1 += vW1
    b1 += vb1
    W2 += vW2
    b2 += vb2
    W3 += vW3
    b3 += vb3

# and the kernels it has never seen
t1 = np.maximum(0, X_test @ W1 + b1)
t2 = np.maximum(0, t1 @ W2 + b2)
winner = np.argmax(t2 @ W3 + b3, axis=1)
print("test accuracy:", np.mean(winner == y_test))
