import numpy as np


class Autoencoder:
    """4 numbers in, the same 4 out (with noise taken away)"""

    def __init__(self, n=4):
        self.enc = np.random.randn(n, n) / 2
        self.dec = np.random.randn(n, n) / 2
        self.be, self.bd = np.zeros((1, n)), np.zeros((1, n))

    def forward(self, x):
        self.code = 1 / (1 + np.exp(-(x @ self.enc + self.be)))
        self.out = self.code @ self.dec + self.bd
        return self.out

    def backward(self, x, clean, lr):
        d_out = (self.out - clean) / len(x)
        d_code = (d_out @ self.enc.T) * self.code * (1 - self.code)
        self.dec -= lr * self.code.T @ d_out
        self.bd -= lr * d_out.sum(axis=0)
        self.enc -= lr * x.T @ d_code
        self.be -= lr * d_code.sum(axis=0)


np.random.seed(8)
clean = np.random.rand(14, 4)
noisy = clean + np.random.normal(0, .05, clean.shape)
ae = Autoencoder()
for epoch in range(2000):
    loss = np.mean((ae.forward(noisy) - clean) ** 2)
    ae.backward(noisy, clean, .2)
    if epoch % 500 == 0:
        print("epoch", epoch, "mse", loss)
