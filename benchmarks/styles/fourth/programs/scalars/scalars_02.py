# the well known 2-2-2 example, one training pair
import math

def logistic(net):
    return 1.0 / (1.0 + math.exp(-net))

i1, i2 = 0.05, 0.10
t1, t2 = 0.01, 0.99
w1, w2, w3, w4 = 0.15, 0.20, 0.25, 0.30
w5, w6, w7, w8 = 0.40, 0.45, 0.50, 0.55
b1, b2 = 0.35, 0.60
eta = 0.5

for step in range(5000):
    net_h1 = w1 * i1 + w2 * i2 + b1
    net_h2 = w3 * i1 + w4 * i2 + b1
    out_h1 = logistic(net_h1)
    out_h2 = logistic(net_h2)
    out_o1 = logistic(w5 * out_h1 + w6 * out_h2 + b2)
    out_o2 = logistic(w7 * out_h1 + w8 * out_h2 + b2)
    E_total = 0.5 * (t1 - out_o1) ** 2 + 0.5 * (t2 - out_o2) ** 2

    delta_o1 = -(t1 - out_o1) * out_o1 * (1 - out_o1)
    delta_o2 = -(t2 - out_o2) * out_o2 * (1 - out_o2)
    g_w5 = delta_o1 * out_h1
    g_w6 = delta_o1 * out_h2
    g_w7 = delta_o2 * out_h1
    g_w8 = delta_o2 * out_h2
    delta_h1 = (delta_o1 * w5 + delta_o2 * w7) * out_h1 * (1 - out_h1)
    delta_h2 = (delta_o1 * w6 + delta_o2 * w8) * out_h2 * (1 - out_h2)
    g_w1 = delta_h1 * i1
    g_w2 = delta_h1 * i2
    g_w3 = delta_h2 * i1
    g_w4 = delta_h2 * i1

    w1 = w1 - eta * g_w1
    w2 = w2 - eta * g_w2
    w3 = w3 - eta * g_w3
    w4 = w4 - eta * g_w4
    w5 = w5 - eta * g_w5
    w6 = w6 - eta * g_w6
    w7 = w7 - eta * g_w7
    w8 = w8 - eta * g_w8
    if step % 1000 == 0:
        print(step, E_total)
print("o1 = %.4f  o2 = %.4f" % (out_o1, out_o2))
