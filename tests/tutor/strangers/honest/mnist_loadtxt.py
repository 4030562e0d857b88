# reads mnist_train_100.csv:  label, 784 pixels.  plain sigmoid net, one image at a time
import numpy as np
import time

table = np.loadtxt("mnist_train_100.csv", delimiter=",")
images = table[:, 1:] / 255 * 0.99 + 0.01
labels = table[:, 0].astype(int)

H = 20
rate = 0.2
w1 = np.random.normal(0, 784 ** -0.5, (H, 784))
w2 = np.random.normal(0, H ** -0.5, (10, H))
b1 = np.zeros(H)
b2 = np.zeros(10)

start = time.time()
for rounds in range(5):
    right = 0
    for img, lab in zip(images, labels):
        target = np.full(10, 0.01)
        target[lab] = 0.99
        o1 = 1 / (1 + np.exp(-(w1 @ img + b1)))
        o2 = 1 / (1 + np.exp(-(w2 @ o1 + b2)))
        right += o2.argmax() == lab

        g2 = (o2 - target) * o2 * (1 - o2)
        g1 = (w2.T @ g2) * o1 * (1 - o1)

        w2 -= rate * np.outer(g2, o1)
        b2 -= rate * g2
        w1 -= rate * np.outer(g1, img)
        b1 -= rate * g1
    print("round", rounds, "right", right, "of", len(labels), "%.1fs" % (time.time() - start))
