import numpy as np
np.random.seed(19)
n_in, n_hid, n_out = 3, 4, 2
theta = np.random.randn(n_in * n_hid + n_hid + n_hid * n_out + n_out) * 0.5
def unpack(t):
    at = 0
    W1 = t[at:at + n_in * n_hid].reshape(n_in, n_hid); at += n_in * n_hid
    b1 = t[at:at + n_hid]; at += n_hid
    W2 = t[at:at + n_hid * n_out].reshape(n_hid, n_out); at += n_hid * n_out
    return W1, b1, W2, t[at:]
X, Y = np.random.randn(8, n_in), np.random.randn(8, n_out)
for k in range(20):
    W1, b1, W2, b2 = unpack(theta)
    A = np.tanh(X @ W1 + b1)
    P = A @ W2 + b2
    D = (P - Y) / 8
    E = D @ W2.T * (1 - np.square(A))
    grad = np.concatenate([(X.T @ E).ravel(), E.sum(0), (A.T @ D).ravel(), D.sum(0)])
    theta = theta - 0.2 * grad
print(theta[:3])
