import random
random.seed(11)

def relu(z):
    return z if z > 0 else 0.0

# y = |x1 - x2|
data = []
for _ in range(60):
    p, q = random.random() * 2 - 1, random.random() * 2 - 1
    data.append((p, q, abs(p - q)))

w11, w12 = 0.8, -0.5
w21, w22 = -0.6, 0.7
bias1, bias2 = 0.1, 0.1
v1, v2, bias_o = 0.6, 0.5, 0.0
step = 0.02

for epoch in range(400):
    sse = 0
    for x1, x2, y in data:
        z1 = w11 * x1 + w12 * x2 + bias1
        z2 = w21 * x1 + w22 * x2 + bias2
        a1, a2 = relu(z1), relu(z2)
        out = v1 * a1 + v2 * a2 + bias_o
        sse += (out - y) ** 2
        grad_out = 2 * (out - y)
        g1 = grad_out * v1 if z1 > 0 else 0.0
        g2 = grad_out * v2 if x2 > 0 else 0.0
        w11 -= step * g1 * x1
        w12 -= step * g1 * x2
        bias1 -= step * g1
        w21 -= step * g2 * x1
        w22 -= step * g2 * x2
        bias2 -= step * g2
        v1 -= step * grad_out * a1
        v2 -= step * grad_out * a2
        bias_o -= step * grad_out
    if epoch % 80 == 0:
        print(epoch, sse / len(data))
print("last", sse / len(data))
