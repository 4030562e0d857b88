import numpy as np

heights = np.array([[150., 50.], [160., 58.], [172., 70.], [181., 77.], [190., 95.], [168., 49.]])
athlete = np.array([[0.], [1.], [0.], [1.], [0.], [1.]])
mean, std = heights.mean(axis=0), heights.std(axis=0)

np.random.seed(416)
W1 = np.random.randn(2, 4)
b1 = np.zeros((1, 4))
W2 = np.random.randn(4, 1)
b2 = np.zeros((1, 1))
eta = 0.01

def forward(x):
    h = np.tanh(np.dot((x - mean) / std, W1) + b1)
    return h, 1 / (1 + np.exp(-(np.dot(h, W2) + b2)))

for i in range(200):
    h, p = forward(heights)
    if i % 40 == 0:
        print(i, -np.mean(athlete * np.log(p) + (1 - athlete) * np.log(1 - p)))
    d2 = (p - athlete) / len(heights)
    d1 = np.dot(d2, W2.T) * (1 - h ** 2)
    W2 -= eta * np.dot(h.T, d2)
    b2 -= eta * d2.sum(axis=0)
    W1 -= eta * np.dot(heights.T, d1)
    b1 -= eta * d1.sum(axis=0)
