import numpy as np

# lamps on or off; the third column is always on, so no biases
lamps = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1], [1, 0, 0]])
alarm = np.array([[0, 1, 1, 0, 1]]).T

def squish(v, slope=False):
    if slope:
        return v * (1 - v)         # v was squished before
    return 1 / (1 + np.exp(-v))

np.random.seed(1)
conn_a = 2 * np.random.random((3, 4)) - 1
conn_b = 2 * np.random.random((4, 1)) - 1

for turn in range(6000):
    mid = squish(np.dot(lamps, conn_a))
    end = squish(np.dot(mid, conn_b))

    end_miss = alarm - end
    if turn % 1000 == 0:
        print("mean miss:", np.abs(end_miss).mean())

    end_push = end_miss * squish(end, slope=True)
    mid_miss = end_push.dot(conn_b.T)
    mid_push = mid_miss * squish(mid, slope=True)

    conn_b += mid.T.dot(end_push)
    conn_a += lamps.T.dot(mid_push)
