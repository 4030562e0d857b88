import numpy as np

def act(x, deriv=False):
    if deriv:
        return x * (1 - x)      # x is already activated
    return 1 / (1 + np.exp(-x))

def feed(X, w_h, b_h, w_o, b_o):
    hidden = act(np.dot(X, w_h) + b_h)
    output = act(np.dot(hidden, w_o) + b_o)
    return hidden, output

np.random.seed(6)
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])
w_h = np.random.uniform(-2, 2, size=(2, 4))
b_h = np.random.uniform(-1, 1, size=4)
w_o = np.random.uniform(-2, 2, size=(4, 1))
b_o = np.random.uniform(-1, 1, size=1)
lr = 1.0

def train_step():
    global w_h, b_h, w_o, b_o
    hidden, output = feed(X, w_h, b_h, w_o, b_o)
    error = output - y
    d_out = error * act(output, deriv=True)
    d_hid = np.dot(d_out, w_o.T) * act(hidden, deriv=True)
    w_o = w_o + lr * np.dot(hidden.T, d_out)
    b_o = b_o - lr * d_out.sum(axis=0)
    w_h = w_h - lr * np.dot(X.T, d_hid)
    b_h = b_h - lr * d_hid.sum(axis=0)
    return np.mean(error ** 2)

for i in range(6000):
    e = train_step()
    if i % 1000 == 0:
        print(i, e)
print(feed(X, w_h, b_h, w_o, b_o)[1].round(3).tolist())
