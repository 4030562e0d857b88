import numpy as np
np.random.seed(15)

# three arms of a galaxy, ten stars each
arms, stars = 3, 10
radius = np.tile(np.linspace(0.05, 1, stars), arms)
angle = 4 * (radius + np.repeat(np.arange(arms), stars)) + 0.1 * np.random.randn(arms * stars)
X = np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
y = np.repeat(np.arange(arms), stars)
num = len(X)

width = 25
Wa, ba = 0.3 * np.random.randn(2, width), np.zeros((1, width))
Wb, bb = 0.3 * np.random.randn(width, arms), np.zeros((1, arms))
stepsize, reg = 0.5, 1e-3


def class_scores(X):
    hidden = np.maximum(0, X.dot(Wa) + ba)  # ReLU
    return hidden, hidden.dot(Wb) + bb


for it in range(2001):
    hidden, scores = class_scores(X)
    ex = np.exp(scores - scores.max(axis=1, keepdims=True))
    probs = ex / ex.sum(axis=1, keepdims=True)
    if it % 500 == 0:
        nll = -np.log(probs[np.arange(num), y]).mean()
        penalty = 0.5 * reg * ((Wa ** 2).sum() + (Wb ** 2).sum())
        print("it %4d   data %.4f   penalty %.4f" % (it, nll, penalty))

    dscores = probs                          # same array, not needed any more
    dscores[np.arange(num), y] -= 1
    dscores /= num
    dWb = hidden.T.dot(dscores) + reg * Wb
    dbb = dscores.sum(axis=0, keepdims=True)
    dhidden = dscores.dot(Wb.T)
    dhidden[hidden <= 0] = 0
    dWa = X.T.dot(dhidden) + reg * Wa
    dba = dhidden.sum(axis=0, keepdims=True)

    for param, grad in ((Wa, dWa), (ba, dba), (Wb, dWb), (bb, dbb)):
        param += -stepsize * grad

print("right:", (class_scores(X)[1].argmax(axis=1) == y).mean())
