import math

# logistic regression with a squared feature, plain numbers
xs = [-2.0, -1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5, 2.0, 2.5]
ts = [1, 1, 0, 0, 0, 0, 0, 1, 1, 1]

def sigmoid(z):
    return 1 / (1 + math.exp(-z))

w = 0.1
u = 0.1
b = 0.0
alpha = 0.5
dw = 0.0
n = len(xs)

for epoch in range(2000):
    db = 0.0
    du = 0.0
    loss = 0.0
    for x, t in zip(xs, ts):
        p = sigmoid(w * x + u * x * x + b)
        loss -= t * math.log(p) + (1 - t) * math.log(1 - p)
        d = p - t
        dw += d * x
        du += d * x * x
        db += d
    w -= alpha * dw / n
    u -= alpha * du / n
    b -= alpha * db / n
    if epoch % 400 == 0:
        print("epoch", epoch, "loss", loss / n)

print("w = %.3f u = %.3f b = %.3f" % (w, u, b))
hits = sum((sigmoid(w * x + u * x * x + b) > 0.5) == (t == 1) for x, t in zip(xs, ts))
print("correct:", hits, "of", n)
