# digit segments -> is the digit even?   (7 segments in, 1 out)
import numpy

class Reader:

    def __init__(self, n_segments, n_middle, n_answers, lr):
        self.n_in = n_segments
        self.n_mid = n_middle
        self.n_out = n_answers
        self.w_mid = numpy.random.normal(0.0, pow(self.n_in, -0.5), (self.n_mid, self.n_in))
        self.w_out = numpy.random.normal(0.0, pow(self.n_mid, -0.5), (self.n_out, self.n_mid))
        self.lr = lr
        self.squash = lambda x: 1.0 / (1.0 + numpy.exp(-x))

    def train(self, lit, truth):
        inputs = numpy.array(lit, ndmin=2).T
        targets = numpy.array(truth, ndmin=2).T

        mid_sum = numpy.dot(self.w_mid, inputs)
        mid = self.squash(mid_sum)
        end_sum = numpy.dot(self.w_out, mid)
        end = self.squash(end_sum)

        out_grad = (targets - end) * end * (1.0 - end)
        hid_grad = numpy.dot(self.w_out.T, out_grad) * mid * (1.0 - mid)
        self.w_out += self.lr * numpy.dot(out_grad, numpy.transpose(mid))
        self.w_mid += self.lr * numpy.dot(hid_grad, numpy.transpose(inputs))
        return 0.5 * float(numpy.sum((targets - end) ** 2))

    def query(self, lit):
        h = self.squash(numpy.dot(self.w_mid, numpy.array(lit, ndmin=2).T))
        return self.squash(numpy.dot(self.w_out, h))


segments = ["1110111", "0010010", "1011101", "1011011", "0111010",
            "1101011", "1101111", "1010010", "1111111", "1111011"]

epochs = int(input("How many epochs? "))
n = Reader(7, 5, 1, 0.3)
for e in range(epochs):
    total = 0
    for digit, s in enumerate(segments):
        inputs = [int(c) * 0.98 + 0.01 for c in s]
        targets = [0.99 if digit % 2 == 0 else 0.01]
        total += n.train(inputs, targets)
    if e % 100 == 0:
        print("epoch", e, "error", round(total, 4))

for digit, s in enumerate(segments):
    print(digit, "even" if n.query([int(c) for c in s])[0, 0] > 0.5 else "odd")
