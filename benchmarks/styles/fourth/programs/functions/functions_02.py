import numpy as np

np.random.seed(10)

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def dsigmoid(s):
    return s * (1 - s)

def forward(x, w1, b1, w2, b2):
    hid = sigmoid(w1.dot(x) + b1)
    out = sigmoid(w2.dot(hid) + b2)
    return hid, out

def loss(out, target):
    return float(-np.sum(target * np.log(out) + (1 - target) * np.log(1 - out)))

def backward(x, target, hid, out, w1, b1, w2, b2):
    delta2 = (out - target) * dsigmoid(out)
    gw2 = np.outer(delta2, hid)
    gb2 = delta2
    delta1 = w2.T.dot(delta2) * dsigmoid(hid)
    gw1 = np.outer(delta1, x)
    gb1 = delta1
    return gw1, gb1, gw2, gb2

# XOR, online learning with cross entropy
xs = [np.array(v, dtype=float) for v in ([0, 0], [0, 1], [1, 0], [1, 1])]
ts = [np.array([float(v)]) for v in (0, 1, 1, 0)]
w1 = np.random.randn(3, 2)
b1 = np.random.randn(3)
w2 = np.random.randn(1, 3)
b2 = np.random.randn(1)

for epoch in range(3000):
    L = 0
    for x, t in zip(xs, ts):
        hid, out = forward(x, w1, b1, w2, b2)
        L += loss(out, t)
        gw1, gb1, gw2, gb2 = backward(x, t, hid, out, w1, b1, w2, b2)
        w1 -= 0.3 * gw1
        b1 -= 0.3 * gb1
        w2 -= 0.3 * gw2
        b2 -= 0.3 * gb2
    if epoch % 500 == 0:
        print(epoch, L)
print("final", L)
