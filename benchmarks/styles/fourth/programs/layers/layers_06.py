import numpy as np

class FC:
    def __init__(self, nin, nout, rng):
        self.w = rng.standard_normal((nin, nout)) / nin ** 0.5
        self.b = np.zeros(nout)

    def __call__(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, dy):
        self.gw = self.x.T @ dy
        self.gb = dy.sum(0)
        return dy @ self.w.T

class TanhAct:
    def __call__(self, x):
        self.out = np.tanh(x)
        return self.out

    def backward(self, dy):
        return dy * self.out * (1.0 - self.out)

def mse(pred, y):
    diff = pred - y
    return np.mean(diff ** 2), 2 * diff / diff.size

rng = np.random.default_rng(77)
x = rng.uniform(-2, 2, (256, 1))
y = np.exp(-x ** 2) + 0.02 * rng.standard_normal((256, 1))
fc1, th, fc2 = FC(1, 16, rng), TanhAct(), FC(16, 1, rng)

for epoch in range(120):
    perm = rng.permutation(256)
    for i in range(0, 256, 32):
        k = perm[i:i + 32]
        loss, d = mse(fc2(th(fc1(x[k]))), y[k])
        fc1.backward(th.backward(fc2.backward(d)))
        for m in (fc1, fc2): # sgd
            m.w -= 0.2 * m.gw
            m.b -= 0.2 * m.gb
    if epoch % 20 == 0:
        print(epoch, mse(fc2(th(fc1(x))), y)[0])
print("final", mse(fc2(th(fc1(x))), y)[0])
