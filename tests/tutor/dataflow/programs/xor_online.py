import numpy as np
np.random.seed(2)
inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
expected = np.array([[0], [1], [1], [0]])
hidden_w = np.random.uniform(size=(2, 2))
hidden_b = np.random.uniform(size=(1, 2))
out_w = np.random.uniform(size=(2, 1))
out_b = np.random.uniform(size=(1, 1))
def sigmoid(x):
    return 1 / (1 + np.exp(-x))
def slope(s):
    return s * (1 - s)
for epoch in range(30):
    for x, t in zip(inputs, expected):
        x = x.reshape(1, -1)
        h = sigmoid(np.dot(x, hidden_w) + hidden_b)
        o = sigmoid(np.dot(h, out_w) + out_b)
        d_o = (t - o) * slope(o)
        d_h = d_o.dot(out_w.T) * slope(h)
        out_w += h.T.dot(d_o) * 0.5
        out_b += d_o * 0.5
        hidden_w += x.T.dot(d_h) * 0.5
        hidden_b += d_h * 0.5
print(hidden_w, out_w)
