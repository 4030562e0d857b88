import numpy as np

def forward(X, params):
    cache = {"A0": X}
    for l in (1, 2):
        cache["A%d" % l] = np.tanh(cache["A%d" % (l - 1)].dot(params["W%d" % l]) + params["b%d" % l])
    S = cache["A2"].dot(params["W3"]) + params["b3"]
    S = S - S.max(axis=1, keepdims=True)
    cache["P"] = np.exp(S) / np.exp(S).sum(axis=1, keepdims=True)
    return cache

def loss(cache, Y):
    return -np.mean(np.sum(Y * np.log(cache["P"]), axis=1))

def backward(X, Y, params, cache):
    n = X.shape[0]
    grads = {}
    dZ3 = (cache["P"] - Y) / n
    grads["W3"] = cache["A2"].T.dot(dZ3)
    grads["b3"] = dZ3.sum(axis=0)
    dZ2 = dZ3.dot(params["W3"].T) * (1 - cache["A2"] ** 2)
    grads["W2"] = cache["A2"].T.dot(dZ2)
    grads["b2"] = dZ2.sum(axis=0)
    dZ1 = dZ2.dot(params["W2"].T) * (1 - cache["A1"] ** 2)
    grads["W1"] = X.T.dot(dZ1)
    grads["b1"] = dZ1.sum(axis=0)
    return grads

np.random.seed(17)
# spiral data
N, K = 50, 3
X = np.zeros((N * K, 2))
lab = np.zeros(N * K, dtype=int)
for j in range(K):
    r = np.linspace(0.1, 1, N)
    th = np.linspace(j * 2.1, j * 2.1 + 2, N) + np.random.randn(N) * 0.1
    X[j * N:(j + 1) * N] = np.c_[r * np.sin(th), r * np.cos(th)]
    lab[j * N:(j + 1) * N] = j
Y = np.eye(K)[lab]
params = {}
dims = [2, 16, 16, K]
for l in range(1, 4):
    params["W%d" % l] = np.random.randn(dims[l - 1], dims[l]) * 0.5
    params["b%d" % l] = np.zeros(dims[l])
for step in range(1200):
    cache = forward(X, params)
    grads = backward(X, Y, params, cache)
    for k in params:
        params[k] -= 0.5 * grads[k]
    if step % 300 == 0:
        print(step, loss(cache, Y))
print("acc", (cache["P"].argmax(1) == lab).mean())
