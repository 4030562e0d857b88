# XOR with nothing but numpy
import numpy as np
np.random.seed(42)

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = np.array([[0], [1], [1], [0]])

lr = 0.5
epochs = 10000

# weights, uniform in -1..1
wh = 2 * np.random.random((2, 3)) - 1
bh = 2 * np.random.random((1, 3)) - 1
wout = 2 * np.random.random((3, 1)) - 1
bout = 2 * np.random.random((1, 1)) - 1

for i in range(epochs):
    # forward
    hidden_in = np.dot(X, wh) + bh
    hidden = 1 / (1 + np.exp(-hidden_in))
    out_in = np.dot(hidden, wout) + bout
    out = 1 / (1 + np.exp(-out_in))

    # backward
    E = y - out
    d_out = E * out * (1 - out)
    E_hidden = d_out.dot(wout.T)
    d_hidden = E_hidden * hidden * (1 - hidden)

    # y - out above, so we ADD
    wout += hidden.T.dot(d_out) * lr
    bout += d_out.sum(axis=0, keepdims=True) * lr
    wh += X.T.dot(d_hidden) * lr
    bh += d_hidden.sum(axis=0, keepdims=True) * lr

    if i % 1000 == 0:
        print("Error: " + str(np.mean(np.abs(E))))

print("final output")
print(out)
