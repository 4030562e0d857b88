"""What the models of this folder predict: their definition again, by loops, in 50 digits.

It reads no model file and nothing of glassnet: the numbers in expected.json are its output.
"""

import json
from decimal import Decimal, getcontext

getcontext().prec = 50
EIGHTH, SIXTEENTH = Decimal(1) / 8, Decimal(1) / 16


def dense(W, b, x):
    return [sum((w * v for w, v in zip(row, x)), start) for row, start in zip(W, b)]


def tanh(z):
    return ((2 * z).exp() - 1) / ((2 * z).exp() + 1)


def classes_model(row):
    x = [(row[0] - 1) / 2, (row[1] + 2) * 2, (row[2] - 10) / 4]
    W1 = [[(3 * i + j - 6) * EIGHTH for j in range(3)] for i in range(4)]
    W2 = [[(11 - 4 * i - j) * SIXTEENTH for j in range(4)] for i in range(3)]
    a = [tanh(z) for z in dense(W1, [4 * EIGHTH, -2 * EIGHTH, EIGHTH, Decimal(0)], x)]
    e = [z.exp() for z in dense(W2, [-8 * SIXTEENTH, Decimal(0), 8 * SIXTEENTH], a)]
    return [v / sum(e) for v in e]


def number_model(row):
    p, q = row[0] / 16, row[1] / 16
    z = [12 * p - 4 * q, -16 * p + 6 * q, 2 * p + 3 * q]  # eighths, without the shared bias
    z = [v * EIGHTH + SIXTEENTH for v in z]
    a = [v if v > 0 else v * EIGHTH for v in z]
    return (2 * a[0] - a[1] + 4 * a[2] - Decimal("0.5")) * Decimal("12.5") + 100


if __name__ == "__main__":
    rows = [[1, -2, 10], [3, -2.5, 6], [-1.5, -1.25, 12], [0, 0, 0], [-7, -2, 22]]
    shares = [classes_model([Decimal(v) for v in row]) for row in rows]
    labels = [["ja", "nein", "größer"][p.index(max(p))] for p in shares]
    pairs = [[0, 0], [16, 8], [4, 16], [1, 255]]
    expected = {
        "classes": {
            "rows": rows,
            "probabilities": [[float(v) for v in p] for p in shares],
            "labels": labels,
        },
        "number": {
            "rows": pairs,
            "values": [float(number_model([Decimal(v) for v in row])) for row in pairs],
        },
    }
    print(json.dumps(expected, indent=1, ensure_ascii=False))
