import random
random.seed(25)
units = 8
wh = [random.uniform(-2, 2) for _ in range(units)]
bh = [random.uniform(-1, 1) for _ in range(units)]
wout = [random.uniform(-0.5, 0.5) for _ in range(units)]
b_out = 0.0
lr = 0.02

def hidden(x):
    return [max(0.0, wh[j] * x + bh[j]) for j in range(units)]

points = [(k / 20.0 - 1, (k / 20.0 - 1) ** 2 + 1) for k in range(41)]

for epoch in range(600):
    random.shuffle(points)
    loss = 0.0
    for x, y in points:
        a = hidden(x)
        out = sum(wout[j] * a[j] for j in range(units)) + b_out
        loss += 0.5 * (out - y) ** 2
        delta = [(out - y) * wout[j] * (1.0 if a[j] > 0 else 0.0) for j in range(units)]
        for j in range(units): # w
            wout[j] -= lr * (out - y) * a[j]
            wh[j] -= lr * delta[j] * x
            bh[j] -= lr * delta[j]
        b_out -= lr * (y - out)
    if epoch % 100 == 0:
        print(epoch, loss / len(points))
print("loss", loss / len(points))
