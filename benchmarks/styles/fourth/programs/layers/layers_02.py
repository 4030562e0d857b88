import numpy as np

class Linear:
    def __init__(self, i, o, rs):
        self.W = rs.randn(o, i) * np.sqrt(2.0 / i)
        self.b = np.zeros((o, 1))

    def forward(self, x):
        self.x = x
        return self.W.dot(x) + self.b

    def backward(self, d):
        self.gW = d.dot(self.x.T)
        self.gb = d.sum(axis=1, keepdims=True)
        return self.W.T.dot(d)

    def step(self, lr):
        self.W -= lr * self.gW
        self.b -= lr * self.gb

class ReLU:
    def forward(self, x):
        self.x = x
        return np.maximum(x, 0)

    def backward(self, d):
        return d * (d > 0)

def ce(s, t):
    e = np.exp(s - s.max(axis=0))
    p = e / e.sum(axis=0)
    n = s.shape[1]
    d = p.copy()
    d[t, np.arange(n)] -= 1
    return -np.log(p[t, np.arange(n)]).mean(), d / n

rs = np.random.RandomState(4)
t = rs.randint(0, 3, 150)
X = rs.randn(2, 150) * 0.5 + np.array([[0, 2, -2], [2, -1, -1]])[:, t]
l1, act, l2 = Linear(2, 12, rs), ReLU(), Linear(12, 3, rs)
for i in range(300):
    loss, d = ce(l2.forward(act.forward(l1.forward(X))), t)
    l1.backward(act.backward(l2.backward(d)))
    l1.step(0.2)
    l2.step(0.2)
    if i % 60 == 0:
        print(i, loss)
print("loss", loss)
