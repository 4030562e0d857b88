import numpy as np

# one sample at a time, sevensegment digits -> parity
segments = ["1110111", "0010010", "1011101", "1011011", "0111010",
            "1101011", "1101111", "1010010", "1111111", "1111011"]
data = np.array([[float(ch) for ch in s] + [1.0] for s in segments])
odd = np.array([0, 1] * 5)

rng = np.random.RandomState(8)
W1 = rng.uniform(-1, 1, (6, 8))
W2 = rng.uniform(-1, 1, (1, 7))
lr = 0.5

for epoch in range(600):
    total = 0
    for i in rng.permutation(10):
        x = data[i].reshape(8, 1)
        t = odd[i]
        h = 1 / (1 + np.exp(-W1 @ x))
        hb = np.vstack([h, [[1.0]]])
        o = 1 / (1 + np.exp(-W2 @ hb))
        total += 0.5 * ((o - t) ** 2).item()
        d_o = (o - t) * o * (1 - o)
        d_h = (W2[:, :-1].T @ d_o) * h * (1 - h)
        gW2 = d_o @ hb.T
        gW1 = d_h @ x.T
        W1 = W1 - lr * gW1
        W2 = W2 - lr * gW2
    if epoch % 100 == 0:
        print(epoch, total)
print("last total", total)
