import argparse
import numpy as np

parser = argparse.ArgumentParser()
parser.add_argument("--epochs", type=int, default=500)
parser.add_argument("--lr", type=float, default=-0.05)
args = parser.parse_args()

def forward(x, w):
    layers = [x]
    for m, c in w:
        layers.append(np.maximum(0.01 * (layers[-1] @ m + c), layers[-1] @ m + c))
    return layers

def backward(layers, w, t):
    out = []
    d = (layers[-1] - t) * np.where(layers[-1] > 0, 1, 0.01)
    for i in range(len(w) - 1, -1, -1):
        out.insert(0, (layers[i].T @ d, d.sum(axis=0)))
        if i > 0:
            d = d @ w[i][0].T * np.where(layers[i] >= 0, 1, 0.01)
    return out

if __name__ == "__main__":
    r = np.random.default_rng(5)
    x, t = r.normal(size=(6, 3)), r.normal(size=(6, 2))
    w = [[r.normal(size=(3, 4)) * .6, r.normal(size=4) * .1], [r.normal(size=(4, 5)) * .6, r.normal(size=5) * .1],
         [r.normal(size=(5, 2)) * .6, r.normal(size=2) * .1]]
    for epoch in range(args.epochs):
        layers = forward(x, w)
        for pair, (gm, gc) in zip(w, backward(layers, w, t)):
            pair[0] = pair[0] + args.lr * gm
            pair[1] = pair[1] + args.lr * gc
