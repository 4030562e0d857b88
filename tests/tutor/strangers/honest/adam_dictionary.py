import numpy as np

np.random.seed(5)
X = np.random.randn(25, 3)
labels = (X.sum(axis=1) > 0).astype(int) + (X[:, 0] > 1)      # 0, 1 or 2
Y = np.eye(3)[labels]

theta = {
    'W1': np.random.randn(3, 6) * np.sqrt(2 / 3), 'b1': np.zeros((1, 6)),
    'W2': np.random.randn(6, 3) * np.sqrt(2 / 6), 'b2': np.zeros((1, 3)),
}
m = {k: np.zeros_like(v) for k, v in theta.items()}
v = {k: np.zeros_like(p) for k, p in theta.items()}
beta1, beta2, eps, lr = 0.9, 0.999, 1e-8, 0.01


def relu(q):
    return q * (q > 0)


def softmax(q):
    e = np.exp(q - np.max(q, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def gradients(th, X, Y):
    z1 = X @ th['W1'] + th['b1']
    a1 = relu(z1)
    p = softmax(a1 @ th['W2'] + th['b2'])
    loss = -np.sum(Y * np.log(p + 1e-12)) / len(X)
    d2 = (p - Y) / len(X)
    d1 = d2 @ th['W2'].T * (z1 >= 0)
    g = {'W1': X.T @ d1, 'b1': d1.sum(axis=0, keepdims=True),
         'W2': a1.T @ d2, 'b2': d2.sum(axis=0, keepdims=True)}
    return loss, g


for t in range(1, 301):
    loss, g = gradients(theta, X, Y)
    for k in theta:
        m[k] = beta1 * m[k] + (1 - beta1) * g[k]
        v[k] = beta2 * v[k] + (1 - beta2) * g[k] ** 2
        m_hat = m[k] / (1 - beta1 ** t)
        v_hat = v[k] / (1 - beta2 ** t)
        theta[k] = theta[k] - lr * m_hat / (np.sqrt(v_hat) + eps)
    if t % 100 == 0:
        print(t, loss)
