import random
random.seed(33)

# linear neuron: price = 3 a - 2 c + 1
D = []
for i in range(50):
    a = random.random()
    c_ = random.random()
    D.append((a, c_, 3 * a - 2 * c_ + 1 + random.gauss(0, 0.01)))

w1 = w2 = w0 = 0.0
m1 = m2 = m0 = 0.0
lr = 0.2

for k in range(400):
    dw1 = dw2 = dw0 = 0.0
    mse = 0.0
    for a, c_, y in D:
        pred = w1 * a + w2 * c_ + w0
        e = pred - y
        mse += e * e / len(D)
        dw1 += e * a / len(D)
        dw2 += e * c_ / len(D)
        dw0 += e / len(D)
    m1 = 0.8 * m1 - lr * dw1
    m2 = 0.8 * m1 - lr * dw2
    m0 = 0.8 * m0 - lr * dw0
    w1 += m1
    w2 += m2
    w0 += m0
    if k % 80 == 0:
        print(k, mse)
print(w1, w2, w0)
