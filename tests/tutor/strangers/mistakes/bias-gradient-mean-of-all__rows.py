import numpy as np
np.random.seed(170)
inputs = np.random.rand(10, 4)
outputs = np.c_[inputs.mean(1), inputs.std(1), inputs.max(1) / 2]
w = [np.random.randn(4, 5), np.random.randn(5, 3)]
b = [np.random.randn(1, 5), np.random.randn(1, 3)]
sigmoid = lambda t: 1 / (1 + np.exp(-t))
for epoch in range(1200):
    mid = sigmoid(inputs @ w[0] + b[0])
    end = sigmoid(mid @ w[1] + b[1])
    delta = (end - outputs) * end * (1 - end)
    delta_mid = delta @ w[1].T * mid * (1 - mid)
    w[1] -= 0.5 * mid.T @ delta / len(inputs)
    b[1] -= 0.5 * np.mean(delta)
    w[0] -= 0.5 * inputs.T @ delta_mid / len(inputs)
    b[0] -= 0.5 * np.mean(delta_mid)
    if epoch % 300 == 0: print(epoch, np.mean((end - outputs) ** 2))
