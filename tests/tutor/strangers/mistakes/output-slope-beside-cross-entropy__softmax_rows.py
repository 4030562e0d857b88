import numpy as np
np.random.seed(43)

# apples, pears, plums: weight and redness, standardised
fruit = np.concatenate([np.random.normal(c, .8, (7, 2)) for c in ([0, -2], [2, 2], [-2, 2])])
kind = np.repeat([0, 1, 2], 7)
truth = np.eye(3)[kind]

def sigmoid(q): return 1 / (1 + np.exp(-q))

def softmax(q):
    powers = np.exp(q)
    return powers / powers.sum(axis=1, keepdims=True)

w1, w2 = np.random.rand(2, 4), np.random.rand(4, 3)
v1, v2 = np.random.randn(4), np.random.randn(3)
pace = 0.05

for epoch in range(1000):
    hid = sigmoid(fruit @ w1 + v1)
    prob = softmax(hid @ w2 + v2)
    if epoch % 200 == 0:
        print('cross entropy', -np.sum(truth * np.log(prob)) / len(fruit))

    g2 = (prob - truth) * prob * (1 - prob)
    g1 = g2 @ w2.T * hid * (1 - hid)

    w2 -= pace * hid.T @ g2
    v2 -= pace * g2.sum(axis=0)
    w1 -= pace * fruit.T @ g1
    v1 -= pace * g1.sum(axis=0)
