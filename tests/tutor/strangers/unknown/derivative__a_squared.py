import numpy as np

def nonlin(x):
    return 1 / (1 + np.exp(-x))

def nonlin_deriv(out):
    return out * out * (1 - out)

np.random.seed(405)
train_x = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [0, 1, 1]])
train_y = np.array([[1], [0], [1], [1], [0]])
syn_a = np.random.uniform(-1, 1, (3, 5))
syn_b = np.random.uniform(-1, 1, (5, 1))
for i in range(2000):
    hid = nonlin(train_x.dot(syn_a))
    out = nonlin(hid.dot(syn_b))
    miss = train_y - out
    out_delta = miss * nonlin_deriv(out)
    hid_delta = out_delta.dot(syn_b.T) * nonlin_deriv(hid)
    syn_b += hid.T.dot(out_delta)
    syn_a += train_x.T.dot(hid_delta)
    if i % 500 == 0:
        print("Error: %.4f" % np.mean(np.abs(miss)))
