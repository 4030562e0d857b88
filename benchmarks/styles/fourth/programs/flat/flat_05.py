import numpy as np
# y = x^2 + 0.5x, relu network with momentum, bias trick
np.random.seed(1)
x = np.random.uniform(-1, 1, (80, 1))
y = x ** 2 + 0.5 * x
xe = np.hstack([x, np.ones((80, 1))]).T      # 2 x 80
target = y.T

A = np.random.randn(16, 2) * 0.7
B = np.random.randn(1, 16) * 0.3
VA = np.zeros_like(A)
VB = np.zeros_like(B)
mu = 0.9
lr = 0.02
m = xe.shape[1]

for i in range(1500):
    z = A.dot(xe)
    h = z * (z > 0)
    yhat = B.dot(h)
    J = np.sum((yhat - target) ** 2) / m

    dy = 2 * (yhat - target) / m
    gB = dy.dot(h.T)
    dh = B.T.dot(dy)
    dz = dh * (z > 0)
    gA = dz.dot(xe.T)

    VA = mu * VA - lr * gA
    VB = mu * VB - lr * gB
    A += VA
    B += VB
    if i % 300 == 0:
        print(i, J)
print("end", J)
