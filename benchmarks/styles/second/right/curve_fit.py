# Fit a wavy curve with a 1-16-16-1 tanh network. Everything in one go, Adam written out.
import numpy as np

rs = np.random.RandomState(3)

# the curve, 60 noisy points, one a row
u = np.linspace(-3, 3, 60)[:, None]
v = np.sin(2 * u) + 0.3 * u + 0.05 * rs.randn(60, 1)
print("points", u.shape, "values", v.shape)

# parameters
H = 16
W1 = rs.randn(1, H)
c1 = np.zeros(H)
W2 = rs.randn(H, H) / np.sqrt(H)
c2 = np.zeros(H)
W3 = rs.randn(H, 1) / np.sqrt(H)
c3 = np.zeros(1)
params = [W1, c1, W2, c2, W3, c3]

# Adam
lr = 0.01
keep1, keep2, tiny = 0.9, 0.999, 1e-8
m = [np.zeros(q.shape) for q in params]
s = [np.zeros(q.shape) for q in params]

t = 0
losses = []
for epoch in range(500):
    t += 1

    # forward
    f1 = np.tanh(u @ W1 + c1)
    n2 = f1 @ W2 + c2
    f2 = np.tanh(n2)
    guess = f2 @ W3 + c3

    gap = guess - v
    losses.append(np.mean(gap**2))

    # backward
    back3 = 2 * gap / len(u)
    back2 = back3 @ W3.T * (1 - f2 * f2)
    back1 = back2 @ W2.T * (1 - f1 * f1)

    gW3 = f2.T @ back3
    gc3 = back3.sum(axis=0)
    gW2 = f1.T @ back2
    gc2 = back2.sum(axis=0)
    gW1 = u.T @ back1
    gc1 = back1.sum(axis=0)
    grads = [gW1, gc1, gW2, gc2, gW3, gc3]

    # update, every array in place
    for i, g in enumerate(grads):
        m[i] = keep1 * m[i] + (1 - keep1) * g
        s[i] = keep2 * s[i] + (1 - keep2) * g**2
        m_hat = m[i] / (1 - keep1**t)
        s_hat = s[i] / (1 - keep2**t)
        params[i][:] = params[i] - lr * m_hat / (np.sqrt(s_hat) + tiny)

    if epoch % 100 == 0:
        print("epoch", epoch, "loss", losses[-1])

print("last loss", losses[-1])
for x0, y0, p0 in list(zip(u.ravel(), v.ravel(), guess.ravel()))[::12]:
    print(f"{x0:6.2f} {y0:6.2f} {p0:6.2f}")
# plt.plot(u, v, "."); plt.plot(u, guess); plt.show()
