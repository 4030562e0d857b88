import numpy as np

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[0]
    dW = 1 / m * np.dot(dZ, A_prev.T)
    db = 1 / m * np.sum(dZ, axis=1, keepdims=True)
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db

def L_model_forward(X, W, b):
    caches, A = [], X
    for l in range(len(W)):
        Z = np.dot(W[l], A) + b[l]
        caches.append((A, W[l], b[l]))
        A = 1 / (1 + np.exp(-Z)) if l == len(W) - 1 else np.tanh(Z)
    return A, caches

def L_model_backward(AL, Y, caches):
    grads = []
    dZ = AL - Y
    for l in reversed(range(len(caches))):
        dA_prev, dW, db = linear_backward(dZ, caches[l])
        grads.insert(0, (dW, db))
        dZ = dA_prev * (1 - caches[l][0] ** 2)
    return grads

np.random.seed(190)
dims = [2, 5, 3, 1]
W = [np.random.randn(b, a) / np.sqrt(a) for a, b in zip(dims, dims[1:])]
b = [np.zeros((k, 1)) for k in dims[1:]]
X = np.random.randn(2, 16)
Y = (X[:1] > X[1:]) * 1
for i in range(300):
    AL, caches = L_model_forward(X, W, b)
    for l, (dW, db) in enumerate(L_model_backward(AL, Y, caches)):
        W[l] = W[l] - 0.05 * dW
        b[l] = b[l] - 0.05 * db
    if i % 100 == 0:
        print("Cost after iteration {}: {}".format(i, -np.mean(Y * np.log(AL) + (1 - Y) * np.log(1 - AL))))
