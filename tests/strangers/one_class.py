import numpy as np

def act(t):
    return 1/(1+np.exp(-t))

def act_deriv(p):
    return p * (1 - p)

inputs = np.array([[0,0,1],[1,1,1],[1,0,1],[0,1,1],[1,0,0]])
wanted = np.array([[0],[1],[1],[0],[1]])

class Net:
    def __init__(self, x, y):
        self.input = x
        self.w_a = np.random.rand(self.input.shape[1], 4)
        self.w_b = np.random.rand(4, 1)
        self.y = y
        self.output = np.zeros(y.shape)

    def feedforward(self):
        self.layer1 = act(np.dot(self.input, self.w_a))
        self.output = act(np.dot(self.layer1, self.w_b))

    def backprop(self):
        d_b = np.dot(self.layer1.T, 2*(self.y - self.output) * act_deriv(self.output))
        d_a = np.dot(self.input.T, np.dot(2*(self.y - self.output) * act_deriv(self.output), self.w_b.T) * act_deriv(self.layer1))
        self.w_a += d_a
        self.w_b += d_b

net = Net(inputs, wanted)
for i in range(1500):
    net.feedforward()
    net.backprop()
    if i % 100 == 0:
        print("loss:", np.mean(np.square(wanted - net.output)))
print(net.output)
