import numpy as np

f = lambda x: 1 / (1 + np.exp(-x))

def fwd(X, P):
    H = f(P['W1'] @ X + P['b1'])
    return H, f(P['W2'] @ H + P['b2'])

def bwd(X, Y, P):
    H, O = fwd(X, P)
    d = (O - Y) * O * (1 - O) / X.shape[1]
    e = P['W2'].T @ d * H * (1 - H)
    return {'W1': e @ X.T, 'b1': e.sum(1)[:, None], 'W2': d @ H.T, 'b2': d.sum(1)[:, None]}

np.random.seed(300)
X = np.random.rand(2, 9)
Y = np.stack([X[0] > X[1], X[0] + X[1] < 1, X[1] > .5]).astype(float)
P = {'W1': np.random.randn(4, 2), 'b1': np.random.randn(4, 1),
     'W2': np.random.randn(3, 4), 'b2': np.random.randn(3, 1)}
G = bwd(X, Y, P)
for i in range(60):
    for k in P:
        P[k] = P[k] - 0.3 * G[k]
    _, O = fwd(X, P)
    if i % 10 == 0:
        print('step', i, 'cost', 0.5 * np.mean(np.sum((O - Y) ** 2, axis=0)))
