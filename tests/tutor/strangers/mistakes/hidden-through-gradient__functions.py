import numpy as np

def sigma(x): return 1/(1+np.exp(-x))

def feed(X, W):
    """W is a list, returns all the activations"""
    acts = [X]
    for w in W:
        acts.append(sigma(np.dot(w, acts[-1])))
    return acts

def grads(acts, W, Y):
    m = Y.shape[1]
    d2 = (acts[2]-Y)*acts[2]*(1-acts[2])
    dw2 = np.dot(d2, acts[1].T)/m
    d1 = np.dot(dw2.T, d2)*acts[1]*(1-acts[1])
    dw1 = np.dot(d1, acts[0].T)/m
    return [dw1, dw2]

np.random.seed(3)
X = np.random.rand(4, 10)
Y = np.vstack([X[0] > X[1], X[2]*X[3] > .2])*1.
W = [np.random.randn(5, 4), np.random.randn(2, 5)]
for it in range(1000):
    acts = feed(X, W)
    for w, g in zip(W, grads(acts, W, Y)):
        w -= 0.5*g
    if it % 250 == 0:
        print(it, np.mean((acts[2]-Y)**2))
