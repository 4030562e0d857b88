"""Four little digits, 5 rows of 3 pixels each, read by a network made of plain lists."""
import math
import random

random.seed(5)

GLYPHS = [
    "### #.# #.# #.# ###",
    ".#. ##. .#. .#. ###",
    "#.# #.# ### ..# ..#",
    "### ..# ..# .#. .#.",
]
CLASSES = len(GLYPHS)
PIXELS = 15
HIDDEN = 7
RATE = 0.5


def squash(z):
    return 1.0 / (1.0 + math.exp(-z))


def dot(row, column):
    return sum(a * b for a, b in zip(row, column))


def smudged(glyph):
    clean = [1.0 if c == "#" else 0.0 for c in glyph if c != " "]
    return [c + random.gauss(0, 0.15) for c in clean]


def start_weights(rows, columns):
    return [[random.uniform(-0.5, 0.5) for _ in range(columns)] for _ in range(rows)]


samples = []
for digit, glyph in enumerate(GLYPHS):
    samples += [(smudged(glyph), digit) for _ in range(8)]

hidden_w = start_weights(HIDDEN, PIXELS)
hidden_b = [0.0] * HIDDEN
out_w = start_weights(CLASSES, HIDDEN)
out_b = [0.0] * CLASSES

for epoch in range(81):
    random.shuffle(samples)
    total = 0.0
    for pixels, digit in samples:
        # forward
        hid = []
        for j in range(HIDDEN):
            hid.append(squash(dot(hidden_w[j], pixels) + hidden_b[j]))
        out = [squash(dot(out_w[k], hid) + out_b[k]) for k in range(CLASSES)]

        wish = [1.0 if k == digit else 0.0 for k in range(CLASSES)]
        total += 0.5 * sum((o - w) ** 2 for o, w in zip(out, wish))

        # deltas
        out_delta = [(o - w) * o * (1 - o) for o, w in zip(out, wish)]
        hid_delta = []
        for j in range(HIDDEN):
            back = 0.0
            for k in range(CLASSES):
                back += out_w[k][j] * out_delta[k]
            hid_delta.append(back * hid[j] * (1 - hid[j]))

        # steps
        for k in range(CLASSES):
            for j in range(HIDDEN):
                out_w[k][j] -= RATE * out_delta[k] * hid[j]
            out_b[k] -= RATE * out_delta[k]
        for j in range(HIDDEN):
            for i in range(PIXELS):
                hidden_w[j][i] -= RATE * hid_delta[j] * pixels[i]
            hidden_b[j] -= RATE * hid_delta[j]
    if epoch % 20 == 0:
        print("epoch", epoch, "error", round(total / len(samples), 4))

good = 0
for pixels, digit in samples:
    hid = [squash(dot(hidden_w[j], pixels) + hidden_b[j]) for j in range(HIDDEN)]
    out = [squash(dot(out_w[k], hid) + out_b[k]) for k in range(CLASSES)]
    good += out.index(max(out)) == digit
print(good, "of", len(samples), "read correctly")
