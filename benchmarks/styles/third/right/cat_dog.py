# cat or dog? two numbers per animal: weight (in 10 kg) and ear length (in 10 cm)
# every single weight has its own name, so I can really SEE who goes where

from math import exp, log, tanh

animals = [
    (0.42, 0.60, "cat"),
    (0.35, 0.71, "cat"),
    (0.51, 0.55, "cat"),
    (0.30, 0.64, "cat"),
    (0.62, 0.80, "cat"),
    (1.90, 1.25, "dog"),
    (0.70, 1.40, "dog"),
    (2.60, 0.95, "dog"),
    (1.20, 0.45, "dog"),
    (0.25, 1.10, "dog"),
]
n = len(animals)

# hidden layer
w1, w2, b1 = 0.35, -0.60, 0.10
w3, w4, b2 = -0.45, 0.25, -0.05
# output layer (cat, dog)
w5, w6, b3 = 0.50, -0.20, 0.0
w7, w8, b4 = -0.30, 0.40, 0.0

rate = 0.3

for epoch in range(601):
    # the sums of the gradients over all animals
    g1 = g2 = g3 = g4 = g5 = g6 = g7 = g8 = 0.0
    gb1 = gb2 = gb3 = gb4 = 0.0
    loss = 0.0
    right = 0
    for kilos, ears, kind in animals:
        t_cat = 1.0 if kind == "cat" else 0.0
        t_dog = 1.0 - t_cat

        # forward
        h1 = tanh(w1 * kilos + w2 * ears + b1)
        h2 = tanh(w3 * kilos + w4 * ears + b2)
        e_cat = exp(w5 * h1 + w6 * h2 + b3)
        e_dog = exp(w7 * h1 + w8 * h2 + b4)
        p_cat = e_cat / (e_cat + e_dog)
        p_dog = e_dog / (e_cat + e_dog)
        loss -= t_cat * log(p_cat) + t_dog * log(p_dog)
        right += (p_cat > p_dog) == (kind == "cat")

        # backward
        d_cat = p_cat - t_cat
        d_dog = p_dog - t_dog
        d1 = (d_cat * w5 + d_dog * w7) * (1 - h1 * h1)
        d2 = (d_cat * w6 + d_dog * w8) * (1 - h2 * h2)
        g5 += d_cat * h1
        g6 += d_cat * h2
        gb3 += d_cat
        g7 += d_dog * h1
        g8 += d_dog * h2
        gb4 += d_dog
        g1 += d1 * kilos
        g2 += d1 * ears
        gb1 += d1
        g3 += d2 * kilos
        g4 += d2 * ears
        gb2 += d2

    if epoch % 100 == 0:
        print("epoch", epoch, "loss", round(loss / n, 5), "right", right, "of", n)

    w1 -= rate * g1 / n
    w2 -= rate * g2 / n
    b1 -= rate * gb1 / n
    w3 -= rate * g3 / n
    w4 -= rate * g4 / n
    b2 -= rate * gb2 / n
    w5 -= rate * g5 / n
    w6 -= rate * g6 / n
    b3 -= rate * gb3 / n
    w7 -= rate * g7 / n
    w8 -= rate * g8 / n
    b4 -= rate * gb4 / n
