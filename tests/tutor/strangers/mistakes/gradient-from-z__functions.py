import numpy as np

def forward(x, W1, b1, W2, b2):
    cache = {}
    cache['h_pre'] = x @ W1 + b1
    cache['h'] = np.maximum(cache['h_pre'], 0.0)
    cache['out'] = cache['h'] @ W2 + b2
    return cache

def loss(cache, t):
    return 0.5 * np.sum((cache['out'] - t) ** 2) / len(t)

def backward(cache, x, t, W2):
    g = (cache['out'] - t) / len(t)
    gW2 = cache['h_pre'].T @ g
    gb2 = g.sum(axis=0)
    gh = g @ W2.T
    gh[cache['h_pre'] < 0] = 0
    return x.T @ gh, gh.sum(axis=0), gW2, gb2

rng = np.random.default_rng(110)
x = rng.uniform(-1, 1, (20, 2))
t = np.hypot(x[:, :1], x[:, 1:])
W1, b1 = rng.normal(size=(2, 6)), rng.normal(size=6) * .1
W2, b2 = rng.normal(size=(6, 1)), rng.normal(size=1) * .1
for it in range(500):
    cache = forward(x, W1, b1, W2, b2)
    gW1, gb1, gW2, gb2 = backward(cache, x, t, W2)
    W1 -= 0.05 * gW1; b1 -= 0.05 * gb1
    W2 -= 0.05 * gW2; b2 -= 0.05 * gb2
    if it % 100 == 0:
        print(it, loss(cache, t))
