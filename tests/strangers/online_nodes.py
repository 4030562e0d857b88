# own names: z2 is an activation here, a1 a weighted sum; questions are asked
import numpy
epochs = int(input("How many epochs? "))
lr = 0.3
samples = numpy.array([[0.1, 0.9, 0.3], [0.8, 0.2, 0.6], [0.5, 0.5, 0.1], [0.3, 0.7, 0.8]])
answers = numpy.array([[0.1, 0.9], [0.9, 0.1], [0.5, 0.6], [0.2, 0.7]])
wih = numpy.random.normal(0.0, 1.0, (4, 3))
who = numpy.random.normal(0.0, 1.0, (2, 4))

def f(v):
    return 1 / (1 + numpy.exp(-v))

for epoch in range(epochs):
    for record, answer in zip(samples, answers):
        inputs = numpy.array(record, ndmin=2).T
        targets = numpy.array(answer, ndmin=2).T
        a1 = numpy.dot(wih, inputs)
        z2 = f(a1)
        a2 = numpy.dot(who, z2)
        z3 = f(a2)
        output_errors = targets - z3
        grad_out = output_errors * z3 * (1.0 - z3)
        hidden_errors = numpy.dot(who.T, grad_out)
        who += lr * numpy.dot(grad_out, numpy.transpose(z2))
        wih += lr * numpy.dot(hidden_errors * z2 * (1.0 - z2), numpy.transpose(inputs))
