import numpy as np

# generate the spiral
N, D, K = 10, 2, 3
X = np.zeros((N * K, D))
y = np.zeros(N * K, dtype='uint8')
for j in range(K):
    ix = range(N * j, N * (j + 1))
    r = np.linspace(0.05, 1, N)
    t = np.linspace(j * 4, (j + 1) * 4, N) + np.random.randn(N) * 0.1
    X[ix] = np.c_[r * np.sin(t), r * np.cos(t)]
    y[ix] = j

h = 25
W = 0.3 * np.random.randn(D, h)
b = np.zeros((1, h))
W2 = 0.3 * np.random.randn(h, K)
b2 = np.zeros((1, K))

step_size = 5e-1
reg = 1e-3

for i in range(2000):
    hidden_layer = np.maximum(0, np.dot(X, W) + b)  # ReLU
    scores = np.dot(hidden_layer, W2) + b2

    exp_scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)

    data_loss = -np.log(probs[range(len(X)), y]).mean()
    reg_loss = 0.5 * reg * np.sum(W * W) + 0.5 * reg * np.sum(W2 * W2)
    loss = data_loss + reg_loss
    if i % 500 == 0:
        print("iteration %d: loss %f" % (i, loss))

    dscores = probs.copy()
    dscores[range(len(X)), y] -= 1
    dscores /= len(X)

    dW2 = np.dot(hidden_layer.T, dscores)
    db2 = np.sum(dscores, axis=0, keepdims=True)
    dhidden = np.dot(dscores, W2.T)
    dhidden[hidden_layer <= 0] = 0
    dW = np.dot(X.T, dhidden)
    db = np.sum(dhidden, axis=0, keepdims=True)

    # regularization gradient
    dW2 += reg * W2
    dW += reg * W

    W += -step_size * dW
    b += -step_size * db
    W2 += -step_size * dW2
    b2 += -step_size * db2

hidden_layer = np.maximum(0, np.dot(X, W) + b)
print('training accuracy: %.2f' % np.mean(np.argmax(hidden_layer @ W2 + b2, axis=1) == y))
