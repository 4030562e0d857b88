import math, random, sys

# logistic regression with lists; pass a csv path to use your own table
def read_table(path):
    table = []
    with open(path) as fh:
        for line in fh:
            *x, t = line.strip().split(",")
            table.append(([1.0] + [float(v) for v in x], int(t)))
    return table

def make_table(n):
    table = []
    for _ in range(n):
        a, b, c = (random.gauss(0, 1) for _ in range(3))
        table.append(([1.0, a, b, c], int(2 * a - b + 0.5 > 0)))
    return table

random.seed(50)
table = read_table(sys.argv[1]) if len(sys.argv) > 1 and sys.argv[1].endswith(".csv") else make_table(200)
d = len(table[0][0])
w = [0.0] * d
lr = 0.5
size = 20

def score(row):
    return sum(a * b for a, b in zip(w, row))

for epoch in range(40):
    random.shuffle(table)
    for k in range(0, len(table), size):
        batch = table[k:k + size]
        g = [0.0] * d
        for row, t in batch:
            p = 1 / (1 + math.exp(-score(row)))
            for j in range(d):
                g[j] += (p - t) * row[j]
        for j in range(d):
            w[j] -= lr * g[j] / len(batch)
    if epoch % 10 == 0:
        wrong = sum((score(r) > 0) != (t == 1) for r, t in table)
        print(epoch, "wrong:", wrong)
print("weights", [round(v, 2) for v in w])
