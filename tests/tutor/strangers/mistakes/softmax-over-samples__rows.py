import numpy as np
np.random.seed(50)

def softmax(x):
    # subtract the max for stability
    e = np.exp(x - np.max(x))
    return e / np.sum(e, axis=0)

def relu(x):
    return x * (x > 0)

X = np.random.randn(15, 4)
y = np.random.randint(0, 3, 15)
X[np.arange(15), y] += 2.5
T = np.eye(3)[y]
W1 = np.random.randn(4, 8) * .5
b1 = np.zeros(8)
W2 = np.random.randn(8, 3) * .5
b2 = np.zeros(3)

for i in range(40):
    z1 = X.dot(W1) + b1
    h = relu(z1)
    p = softmax(h.dot(W2) + b2)
    loss = -np.mean(np.log(p[np.arange(15), y] + 1e-12))
    dz2 = (p - T) / 15
    dW2, db2 = h.T.dot(dz2), dz2.sum(axis=0)
    dz1 = dz2.dot(W2.T) * (z1 > 0)
    dW1, db1 = X.T.dot(dz1), dz1.sum(axis=0)
    W1, b1 = W1 - .02 * dW1, b1 - .02 * db1
    W2, b2 = W2 - .02 * dW2, b2 - .02 * db2
    if i % 10 == 0:
        print('step', i, 'loss', loss)
