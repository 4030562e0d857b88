import numpy as np
np.random.seed(411)

num, dims, classes, hidden = 18, 3, 4, 6
X = np.random.randn(num, dims)
y = np.random.randint(classes, size=num)
params = [np.random.randn(dims, hidden) * .5, np.zeros(hidden),
          np.random.randn(hidden, classes) * .5, np.zeros(classes)]

for it in range(300):
    W1, b1, W2, b2 = params
    a = np.maximum(X.dot(W1) + b1, 0)
    logits = a.dot(W2) + b2
    p = np.exp(logits - logits.max(1)[:, None])
    p /= p.sum(1)[:, None]
    loss = -np.log(p[np.arange(num), y]).mean()

    d = p.copy()
    d[np.arange(num), y] -= 1
    d = d * p / num
    da = d.dot(W2.T)
    da[a == 0] = 0
    grads = [X.T.dot(da), da.sum(0), a.T.dot(d), d.sum(0)]
    params = [q - 0.3 * g for q, g in zip(params, grads)]
    if it % 60 == 0:
        print('iter', it, 'loss', loss)
