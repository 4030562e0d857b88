# regression: learn sin(x), samples are the columns
import numpy as np
rng = np.random.default_rng(0)
N = 60
x = np.linspace(-3, 3, N).reshape(1, N)
t = np.sin(x)

hidden = 10
Wh = rng.normal(0, 1, (hidden, 1))
bh = rng.normal(0, 1, (hidden, 1))
Wo = rng.normal(0, 0.3, (1, hidden))
bo = np.zeros((1, 1))
eta = 0.1

for it in range(5000):
    # forward
    H = np.tanh(np.dot(Wh, x) + bh)
    out = np.dot(Wo, H) + bo
    err = out - t
    mse = 0.5 * np.mean(err ** 2)
    # backward
    delta_o = err / N
    gWo = np.dot(delta_o, H.T)
    gbo = np.sum(delta_o, axis=1, keepdims=True)
    delta_h = np.dot(Wo.T, delta_o) * (1 - np.tanh(H) ** 2)
    gWh = np.dot(delta_h, x.T)
    gbh = np.sum(delta_h, axis=1, keepdims=True)
    # update
    Wo = Wo - eta * gWo
    bo = bo - eta * gbo
    Wh = Wh - eta * gWh
    bh = bh - eta * gbh
    if it % 1000 == 0:
        print("iter %d  mse %.5f" % (it, mse))
print("final mse", mse)
