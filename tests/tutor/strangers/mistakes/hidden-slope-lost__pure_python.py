import math, random
random.seed(0)

def rand(a, b): return (b - a) * random.random() + a
def sigmoid(x): return math.tanh(x)
def dsigmoid(y): return 1.0 - y ** 2

class NN:
    def __init__(self, ni, nh, no):
        self.ni, self.nh, self.no = ni + 1, nh, no      # +1 for the bias node
        self.ai, self.ah, self.ao = [1.0] * self.ni, [1.0] * nh, [1.0] * no
        self.wi = [[rand(-0.5, 0.5) for _ in range(nh)] for _ in range(self.ni)]
        self.wo = [[rand(-1.0, 1.0) for _ in range(no)] for _ in range(nh)]

    def update(self, inputs):
        for i in range(self.ni - 1):
            self.ai[i] = inputs[i]
        for j in range(self.nh):
            total = 0.0
            for i in range(self.ni):
                total = total + self.ai[i] * self.wi[i][j]
            self.ah[j] = sigmoid(total)
        for k in range(self.no):
            total = 0.0
            for j in range(self.nh):
                total = total + self.ah[j] * self.wo[j][k]
            self.ao[k] = sigmoid(total)
        return self.ao[:]

    def backPropagate(self, targets, N):
        output_deltas = [0.0] * self.no
        for k in range(self.no):
            output_deltas[k] = dsigmoid(self.ao[k]) * (targets[k] - self.ao[k])
        hidden_deltas = [0.0] * self.nh
        for j in range(self.nh):
            error = 0.0
            for k in range(self.no):
                error = error + output_deltas[k] * self.wo[j][k]
            hidden_deltas[j] = error
        for j in range(self.nh):
            for k in range(self.no):
                self.wo[j][k] = self.wo[j][k] + N * output_deltas[k] * self.ah[j]
        for i in range(self.ni):
            for j in range(self.nh):
                self.wi[i][j] = self.wi[i][j] + N * hidden_deltas[j] * self.ai[i]
        return sum(0.5 * (t - o) ** 2 for t, o in zip(targets, self.ao))

pat = [[[0, 0], [0]], [[0, 1], [1]], [[1, 0], [1]], [[1, 1], [0]]]
n = NN(2, 3, 1)
for it in range(300):
    error = 0.0
    for p in pat:
        n.update(p[0])
        error += n.backPropagate(p[1], 0.3)
    if it % 100 == 0:
        print('error %-.5f' % error)
