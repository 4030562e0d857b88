import numpy as np
np.random.seed(418)

x = np.random.randn(16, 3)
t = np.maximum(x[:, :1], x[:, 1:2])
w_h, b_h = np.random.randn(3, 5), np.zeros(5)
w_o, b_o = np.random.randn(5, 1), np.zeros(1)
lr = 0.05

def train_step(x, t):
    global w_h, b_h, w_o, b_o
    z = x @ w_h + b_h
    h = np.maximum(z, 0)
    o = h @ w_o + b_o
    do = (o - t) / len(x)
    dz = do @ w_o.T * (z > 0)
    # keep everything between 0 and 1
    w_o = np.clip(w_o - lr * h.T @ do, 0, 1)
    w_h = np.clip(w_h - lr * x.T @ dz, 0, 1)
    b_o = b_o - lr * do.sum(axis=0)
    b_h = b_h - lr * dz.sum(axis=0)
    return 0.5 * np.mean((o - t) ** 2)

for step in range(300):
    loss = train_step(x, t)
    if step % 60 == 0:
        print(step, loss)
