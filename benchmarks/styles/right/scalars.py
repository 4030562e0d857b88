# XOR with -1 and +1, two hidden neurons (a and b) and one output neuron (o).
# I wanted to see every single weight, so no arrays at all.
from math import tanh

samples = [(-1, -1, -1), (-1, 1, 1), (1, -1, 1), (1, 1, -1)]
n = len(samples)

# start values, just typed in
w_a1, w_a2, c_a = 0.5, -0.4, 0.1
w_b1, w_b2, c_b = 0.3, 0.6, -0.2
v_a, v_b, c_o = 0.4, -0.5, 0.05
rate = 0.4

for epoch in range(1500):
    g_a1 = g_a2 = g_ca = g_b1 = g_b2 = g_cb = g_va = g_vb = g_co = 0.0
    loss = 0.0
    for x1, x2, want in samples:
        # forward
        za = w_a1 * x1 + w_a2 * x2 + c_a
        zb = w_b1 * x1 + w_b2 * x2 + c_b
        a = tanh(za)
        b = tanh(zb)
        o = tanh(v_a * a + v_b * b + c_o)
        loss += 0.5 * (o - want) ** 2 / n

        # backward
        d_o = (o - want) * (1 - o * o)
        d_a = d_o * v_a * (1 - a * a)
        d_b = d_o * v_b * (1 - b * b)

        g_va += d_o * a
        g_vb += d_o * b
        g_co += d_o
        g_a1 += d_a * x1
        g_a2 += d_a * x2
        g_ca += d_a
        g_b1 += d_b * x1
        g_b2 += d_b * x2
        g_cb += d_b

    # one step for the whole table
    w_a1 -= rate * g_a1 / n
    w_a2 -= rate * g_a2 / n
    c_a -= rate * g_ca / n
    w_b1 -= rate * g_b1 / n
    w_b2 -= rate * g_b2 / n
    c_b -= rate * g_cb / n
    v_a -= rate * g_va / n
    v_b -= rate * g_vb / n
    c_o -= rate * g_co / n

    if epoch % 300 == 0:
        print("epoch %4d   loss %.5f" % (epoch, loss))

for x1, x2, want in samples:
    a = tanh(w_a1 * x1 + w_a2 * x2 + c_a)
    b = tanh(w_b1 * x1 + w_b2 * x2 + c_b)
    print(x1, x2, "->", round(tanh(v_a * a + v_b * b + c_o), 3), " want", want)
